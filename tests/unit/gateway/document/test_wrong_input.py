"""Whatever is wrong with a field or a parameter is refused by its name: all of the document's."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.unit.gateway.conftest import Gateway, open_gateway
from tests.unit.gateway.document.operation import Operation, list_operations, read_document
from tests.unit.gateway.document.wrong_value import Document

JSON = "application/json"
PROBLEM = "application/problem+json"
NONSENSE: Mapping[str, tuple[str, ...]] = {
    "cursor": ("nonsense",),
    "token": (),  # that of a stream, which is a 401
    "prefer": (),  # what is not understood is passed over (RFC 7240)
    "last-event-id": (),  # what is of no tables here is answered with a reset
    "If-None-Match": (),  # no tag of ours is none that matches
}
"""Texts of whose form the document says nothing: what is wrong as one."""


@pytest.fixture
async def one_gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    """With tables of one kind: what is refused here comes to neither."""
    async with open_gateway(tmp_path) as opened:
        yield opened


async def test_what_is_wrong_in_a_body_is_refused_by_its_field(one_gateway: Gateway) -> None:
    document = await read_document(one_gateway)
    said, passed = Document(document), list[object]()
    for one in list_operations(document):
        schema = find_schema(one)
        if schema is None:
            continue
        allows = said.compile(schema)
        for wrong in said.list_wrong(schema):
            assert not allows(wrong.value), (one.name, wrong)
            body: Any = {"content": json.dumps(wrong.value), "headers": {"Content-Type": JSON}}
            answer = await one_gateway.client.request(one.method, one.fill(), **body)
            if read_refusal(one, answer) != (True, {wrong.at}):
                passed.append((one.name, wrong.at, wrong.why, answer.status_code, answer.text))
    assert passed == []


async def test_what_is_wrong_in_an_address_or_header_is_refused_by_its_name(
    one_gateway: Gateway,
) -> None:
    document = await read_document(one_gateway)
    said, passed = Document(document), list[object]()
    for one in list_operations(document):
        for parameter in one.said.get("parameters", ()):
            name = parameter["name"]
            for text in list_wrong_texts(said, parameter):
                answer = await ask(one_gateway, one, parameter, text)
                told = [error["message"] for error in answer.json().get("errors", ())]
                if answer.status_code != 422 or not told or not told[0].startswith(f"{name}: "):
                    passed.append((one.name, name, text, answer.status_code, answer.text))
    assert passed == []


def find_schema(one: Operation) -> dict[str, Any] | None:
    """What the body of an operation is; None where it has none."""
    body = one.said.get("requestBody")
    schema: dict[str, Any] | None = body and body["content"][JSON]["schema"]
    return schema


def read_refusal(one: Operation, answer: httpx2.Response) -> tuple[bool, set[str]]:
    """Whether the client is told that it is its fault, and which fields are named."""
    problem, kind = answer.json(), answer.headers["content-type"]
    if one.name == "acceptJobs" and answer.status_code == 200:
        problem, kind = problem["items"][0]["problem"], PROBLEM
    pointers = {error["pointer"] for error in problem.get("errors", ())}
    return kind == PROBLEM and 400 <= problem["status"] < 500, pointers


def list_wrong_texts(said: Document, parameter: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong as a parameter. One of which nothing is known has to be told here."""
    found = [wrong.value for wrong in said.list_wrong_texts(parameter["schema"])]
    if parameter["in"] == "path":  # an id of nothing is a 404, and nothing another path
        yield from filter(None, found)
    elif found:
        yield from found
    else:
        yield from NONSENSE[parameter["name"]]


async def ask(
    gateway: Gateway, one: Operation, parameter: Mapping[str, Any], text: str
) -> httpx2.Response:
    """Ask with a parameter, and a body that is right where there has to be one."""
    name, where = parameter["name"], parameter["in"]
    path = one.fill(**{name: text} if where == "path" else {})
    schema = one.said.get("requestBody", {}).get("content", {}).get(JSON, {})
    sent: dict[str, Any] = {"json": schema["example"]} if schema else {}
    if where != "path":
        sent["params" if where == "query" else "headers"] = {name: text}
    return await gateway.client.request(one.method, path, **sent)
