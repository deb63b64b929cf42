"""The document is valid, whole and true: what clients are generated from."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import validate

from schemas.api.problem import Problem
from schemas.stage import StageName
from services.gateway.document.link import LINKS
from services.gateway.document.problem_example import load_problems
from services.gateway.document.stream_event import STREAMS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, dead_letter, request, whole_job

EVENTS = f"/v1/jobs/{JOB_ID}/events?stream=true"
PROBLEM = "#/components/schemas/Problem"

Document = dict[str, Any]


@pytest.fixture
async def document(gateway: Gateway) -> Document:
    read: Document = (await gateway.client.get("/openapi.json")).json()
    return read


def list_operations(document: Document) -> Iterator[tuple[str, Document]]:
    for operations in document["paths"].values():
        yield from ((one["operationId"], one) for one in operations.values())


def list_answers(document: Document) -> Iterator[tuple[str, str, Document]]:
    for name, operation in list_operations(document):
        yield from ((name, status, one) for status, one in operation["responses"].items())


def find_errors(document: Document, schema: Document, value: Any) -> list[str]:
    whole = schema | {"components": document["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def list_kinds() -> set[str]:
    """What the code calls kinds of problems, among other words."""
    files = Path("services/gateway").rglob("*.py")
    return {word for path in files for word in re.findall(r'"([a-z-]+)"', path.read_text())}


async def test_every_problem_has_an_example_that_a_gateway_could_say(document: Document) -> None:
    kinds, examples = list_kinds(), document["components"]["examples"]
    used = set[str]()
    for name, status, answer in list_answers(document):
        content = answer.get("content", {}).get("application/problem+json")
        if content is not None:
            ((kind, reference),) = content["examples"].items()
            assert reference == {"$ref": f"#/components/examples/{kind}"}
            assert (name, str(examples[kind]["value"]["status"])) == (name, status)
            used.add(kind)
    assert used == set(examples)
    for kind, example in examples.items():
        problem = Problem.model_validate(example["value"])
        assert not find_errors(document, {"$ref": PROBLEM}, example["value"])
        assert (problem.type, kind in kinds) == (f"urn:brainshare:problem:{kind}", True)


@pytest.mark.parametrize(
    ("kind", "method", "query", "body", "content_type"),
    [
        ("no-such-job", "GET", "", None, ""),
        ("invalid-parameter", "GET", "?limit=0", None, ""),
        ("invalid-json", "POST", "", "{", "application/json"),
        ("unsupported-media-type", "POST", "", "{}", "text/plain"),
        ("not-acceptable", "GET", "", None, ""),
        ("invalid-request", "POST", "", '{"unheardOf": 1}', "application/json"),
        ("no-such-dead-letter", "GET", "", None, ""),
        ("no-such-key", "POST", "", "{}", "application/json"),
        ("no-such-error", "GET", "", None, ""),
        ("no-such-bulk-action", "GET", "", None, ""),
        ("no-such-replay", "GET", "", None, ""),
        ("no-such-webhook", "GET", "", None, ""),
        ("no-such-delivery", "GET", "", None, ""),
    ],
)
async def test_what_an_example_of_a_problem_says_is_what_is_said(
    kind: str, method: str, query: str, body: str | None, content_type: str, gateway: Gateway
) -> None:
    example = load_problems()[kind]
    accepted = "image/png" if kind == "not-acceptable" else "*/*"
    headers = {"Accept": accepted} | ({"Content-Type": content_type} if content_type else {})
    where = example["instance"] + query
    told = await gateway.client.request(method, where, content=body, headers=headers)
    assert told.json() | {"requestId": ""} == example | {"requestId": ""}


async def test_the_document_is_valid(document: Document) -> None:
    validate(document)


async def test_every_body_and_every_answer_has_an_example_that_it_allows(
    document: Document,
) -> None:
    described = [(n, o["requestBody"]) for n, o in list_operations(document) if "requestBody" in o]
    described += [(n, a) for n, status, a in list_answers(document) if status.startswith("2")]
    wrong = []
    for name, one in described:
        content = one.get("content", {}).get("application/json")
        if content is not None:
            errors = find_errors(document, content["schema"], content.get("example"))
            wrong += [(name, error) for error in errors]
    assert not wrong


async def test_every_refusal_is_a_problem(document: Document) -> None:
    refusals = [
        (name, status, {kind: one["schema"] for kind, one in answer["content"].items()})
        for name, status, answer in list_answers(document)
        if status >= "400" and name != "readReadiness"
    ]
    expected = {"application/problem+json": {"$ref": PROBLEM}}
    assert [one for one in refusals if one[2] != expected] == []


async def test_every_link_leads_from_an_answer_to_an_operation_that_there_is(
    document: Document,
) -> None:
    known = dict(list_operations(document))
    linked = {(n, s) for n, s, answer in list_answers(document) if "links" in answer}
    assert linked == set(LINKS)
    for targets, parameter, _ in LINKS.values():
        for target in targets:
            given = [p["name"] for p in known[target]["parameters"]]
            assert parameter in given, target


async def test_nothing_in_an_address_or_header_is_null(document: Document) -> None:
    parameters = [p for _, o in list_operations(document) for p in o.get("parameters", ())]
    assert not [p["name"] for p in parameters if "null" in json.dumps(p["schema"])]


@pytest.mark.parametrize("path", [EVENTS, "/v1/events?stream=true&after=0"])
async def test_each_event_of_a_stream_is_of_its_type(
    gateway: Gateway, document: Document, path: str
) -> None:
    await gateway.project(request(), *whole_job(), dead_letter(StageName.ROW, 9))
    name = STREAMS["readEvents" if path == EVENTS else "readAllEvents"][0]
    schema = document["components"]["schemas"][name]
    shapes = {one["properties"]["event"]["const"]: one for one in schema["oneOf"]}
    events = await read_stream(gateway, path)
    assert {event["event"] for event in events} <= set(shapes)
    assert {"history", "status"} <= {event["event"] for event in events}
    for event in events:
        assert find_errors(document, schema, event) == []
        content = shapes[event["event"]]["properties"]["data"]["contentSchema"]
        assert find_errors(document, content, json.loads(event["data"])) == []


async def read_stream(gateway: Gateway, path: str) -> list[dict[str, str]]:
    """Events up to the last that there is for now."""
    gateway.notifier.close()  # as a gateway does that stops: streams end
    answer = await gateway.client.get(path)
    blocks = answer.text.replace("\r", "").split("\n\n")
    read = [dict(line.split(": ", 1) for line in b.split("\n") if ": " in line) for b in blocks]
    return [
        {k: v for k, v in one.items() if k in ("id", "event", "data")}
        for one in read
        if "event" in one
    ]


async def test_nobody_reads_python_in_it(document: Document) -> None:
    """Not in a description, nor a title that is a name with odd capitals (`Tableid`)."""
    whole = json.dumps({name: part for name, part in document.items() if name != "webhooks"})
    for word in ("Attributes:", "Args:", "Raises:", "None on", "None where"):
        assert word not in whole
    for name, schema in document["components"]["schemas"].items():
        fields = schema.get("properties", {})
        assert [field for field in fields.values() if "title" in field] == [], name
    assert document["servers"][0]["url"] == "/"


async def test_what_is_said_of_an_attribute_stands_with_its_field(document: Document) -> None:
    act = document["components"]["schemas"]["Act"]
    assert act["description"] == "One act."
    assert act["properties"]["byKey"]["description"] == "Its id; null where no key was asked for."
