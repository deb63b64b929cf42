"""No answer breaks the reading of it, however wrong: real ones, changed at random."""

import json
import time
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.table.wire import WireColumns, WireRows, WireTable
from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.exchange.answer import read_answer
from services.llm.exchange.response_format import response_format
from services.llm.refusal.provider_failure import classify_refusal
from services.llm.refusal.refusal import read_refusal
from services.llm.server.reply import Reply, read_reply
from tests.unit.llm.fake_provider import completes
from tests.unit.llm.provider_error import ERRORS
from tests.unit.llm.test_provider_answer import BODIES, MESSAGES, TEXTS

MOST_CPU_S = 8.0
SCHEMAS = [
    response_format("x", wire)["json_schema"]["schema"]
    for wire in (WireRows, WireColumns, WireTable)
]
COLUMN = {"why": "w", "name": "n", "dataType": "enum", "enumValues": ["a"], "description": ""}
ANSWERS: list[dict[str, Any]] = [
    {"columns": [COLUMN, COLUMN], "fill": [{"row": "r1", "cells": ["a", "b"]}]},
    {"title": "t", "description": "d", "entity": "e", "language": "en", "primary": COLUMN}
    | {"secondary": None, "sampleRow": ["a", 1], "columnReadings": [{"columnKey": "c1"}]},
]
GOOD: list[bytes] = [
    *(json.dumps({"choices": [{"message": {"content": answer}}]}).encode() for answer in ANSWERS),
    *(json.dumps(completes(json.dumps(answer))).encode() for answer in ANSWERS),
    *(
        body.body if isinstance(body.body, bytes) else json.dumps(body.body).encode()
        for body in BODIES.values()
    ),
    *(json.dumps(completes(message=message)).encode() for message in MESSAGES.values()),
    *(json.dumps(completes(text)).encode() for text in TEXTS.values() if len(text) < 9999),
    *(json.dumps(row.said.body).encode() for row in ERRORS if not isinstance(row.said.body, bytes)),
]
SMALL = [body for body in GOOD if len(body) < 9999]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["null", "{", "[1,2", '{"rows": [{"cells": ["a"]}]}', "error", "length"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "content", "message", "error", "choices", "code", "rows", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(value, dict | list):
        return [here]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [here, *(place for key, child in inner for place in places(child, (*here, key)))]


def put(whole: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    whole = deepcopy(whole)
    holder = whole
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return whole


def read(body: bytes) -> None:
    for schema in SCHEMAS:
        with suppress(StageError):
            read_answer(read_reply(Reply(body, {}, 0.1, asked=8192)), {}, 0.1, schema)


@settings(max_examples=300, deadline=None)
@given(body=st.sampled_from(SMALL), data=st.data())
def test_no_value_in_any_place_of_an_answer_breaks_its_reading(body: bytes, data: Any) -> None:
    try:
        whole = json.loads(body)
    except ValueError:
        read(body)
        return
    place = data.draw(st.sampled_from(places(whole)))
    read(json.dumps(put(whole, place, data.draw(VALUES))).encode())


@settings(max_examples=300, deadline=None)
@given(body=st.sampled_from(SMALL), data=st.data())
def test_no_garbled_bytes_break_the_reading(body: bytes, data: Any) -> None:
    begin = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(begin, min(len(body), begin + 40)))
    new = data.draw(
        st.binary(max_size=9) | st.sampled_from([b"\n\ndata: ", b'"', b"}", b"\\", b"{"])
    )
    read(body[:begin] + new + body[end:])
    read(body[:begin])


@pytest.mark.parametrize("status", [200, 400, 403, 404, 413, 422, 429, 499, 500, 503, 999])
@settings(max_examples=60, deadline=None)
@given(row=st.sampled_from(ERRORS), data=st.data())
def test_no_error_answer_breaks_its_reading(status: int, row: Any, data: Any) -> None:
    body = row.said.body
    if isinstance(body, bytes):
        body = body.decode()
    body = put(body, data.draw(st.sampled_from(places(body))), data.draw(VALUES))
    wait = data.draw(st.text(max_size=9))
    error = classify_refusal(read_refusal(status, body, {"retry-after": wait}, asked=8192))
    assert error.failure is not Failure.BUG


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' * 50_000,
        b"[" * 100_000,
        b"data: " * 100_000,
        b"data: {\n" * 20_000,
        b'{"choices": [{"message": {"content": "' + b"{" * 100_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "' + b"[{" * 50_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "' + b",\\n" * 50_000 + b'{"}}]}',
        b'{"choices": [{"message": {"content": "' + b"\\u00a0" * 50_000 + b'{"}}]}',
        b'{"choices": [{"message": {"content": "{' + b"/* " * 50_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "{' + b",#\\n" * 50_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "' + b"<think>" * 20_000 + b'"}}]}',
        b"<!--" * 50_000,
        b"<!---->" * 5_000,
        b'{"choices": [{"message": {"content": "{' + b"... " * 20_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "{' + b"..." * 30_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "{' + b"\xe2\x80\x9c " * 30_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "{' + b"' " * 50_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "{' + b"a " * 50_000 + b'"}}]}',
        b'{"choices": [{"message": {"content": "{' + b"], " * 30_000 + b'"}}]}',
        b"{}" * 100_000,
        b'{"error": ' * 5_000 + b"1" + b"}" * 5_000,
        b'{"result": ' * 500 + b"{}" + b"}" * 500,
    ],
    ids=range(22),
)
@pytest.mark.timeout(120)
def test_no_answer_takes_for_ever_to_be_read(body: bytes) -> None:
    """In seconds of CPU: a machine may be busy. What was not linear took minutes."""
    begun_s = time.process_time()
    read(body)
    assert time.process_time() - begun_s < MOST_CPU_S
