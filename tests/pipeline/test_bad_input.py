"""What is refused is refused with the field's name, and nothing of it reaches Kafka."""

import json
from typing import Any

import httpx2
import pytest

from tests.factory import NEW_TABLE
from tests.pipeline.kafka_view import KafkaView
from tests.stack import RunningStack

GOOD: dict[str, Any] = {"tableId": "tbl_1", "context": NEW_TABLE}


def context(**fields: Any) -> bytes:
    return json.dumps(GOOD | {"context": fields}).encode()


def body(**fields: Any) -> bytes:
    return json.dumps(GOOD | fields).encode()


DEEP = json.dumps(GOOD)[:-1].encode() + b', "x": ' + b"[" * 30 + b"]" * 30 + b"}"
ONE_COLUMN = [{"name": "A"}]

REFUSED = [
    ("unknown field", body(priority=1), 422, "/priority"),
    ("missing tableId", json.dumps({"context": NEW_TABLE}).encode(), 422, "/tableId"),
    ("empty title with no columns", context(title=""), 422, "/context/title"),
    ("wrong type", body(tableId=7), 422, "/tableId"),
    (
        "wrong type inside",
        context(title="T", columns=[{"name": 3}]),
        422,
        "/context/columns/0/name",
    ),
    (
        "a row longer than the columns",
        context(title="T", columns=ONE_COLUMN, rows=[{"cells": ["1", "2"]}]),
        422,
        "/context/rows/0/cells",
    ),
    ("stages with a gap", body(stages=["table", "row"]), 422, "/stages"),
    ("too many columns wanted", body(want={"columns": 11}), 422, "/want/columns"),
    ("2 MiB", context(title="T", description="x" * 2**21), 413, ""),
    ("30 levels deep", DEEP, 422, ""),
    ("not JSON", b"tableId=1", 400, ""),
    ("no body", b"", 400, ""),
    ("not an object", b"[]", 422, ""),
    ("not UTF-8", b'{"tableId": "\xff"}', 400, ""),
]


@pytest.mark.parametrize(
    ("content", "status", "pointer"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
async def test_bad_input_is_refused_by_field(
    stack: RunningStack, content: bytes, status: int, pointer: str
) -> None:
    kafka = KafkaView(stack)
    before = await kafka.end()
    async with httpx2.AsyncClient(base_url=stack.gateway_url, trust_env=False) as http:
        headers = {"Content-Type": "application/json"}
        answer = await http.post("/v1/jobs", content=content, headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert problem["detail"]
    assert pointer == "" or pointer in [error["pointer"] for error in problem["errors"]]
    assert await kafka.end() == before
