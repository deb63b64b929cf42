"""No answer of a server, whatever it holds, is a failure of ours."""

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from schemas.table.wire import WireRows
from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.exchange.answer import read_answer
from services.llm.exchange.response_format import response_format
from services.llm.refusal.provider_failure import classify_refusal
from services.llm.refusal.refusal import read_refusal
from services.llm.server.reply import Reply, read_reply

SCHEMA = response_format("x", WireRows)["json_schema"]["schema"]
NAMES = st.sampled_from(
    [
        "choices",
        "message",
        "content",
        "tool_calls",
        "function",
        "arguments",
        "function_call",
        "reasoning_content",
        "text",
        "refusal",
        "finish_reason",
        "usage",
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "index",
        "delta",
        "model",
        "prompt_tokens_details",
        "cached_tokens",
        "error",
        "code",
        "type",
        "param",
        "status",
        "detail",
        "loc",
        "msg",
        "details",
        "metadata",
        "n_ctx",
        "rows",
        "cells",
        "object",
        "data",
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(),
    st.text(max_size=8),
    NAMES,
    st.sampled_from(["stop", "length", '{"rows": [', '{"rows": []}', "429", "None", "\ud83d"]),
)
BODIES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5)
)


def encode(body: Any) -> bytes:
    return to_json(body, inf_nan_mode="constants", serialize_unknown=True)


@given(body=BODIES.filter(lambda body: "\\ud83d" not in repr(body)))
def test_every_body_is_an_answer_or_a_failure_that_has_a_name(body: Any) -> None:
    with suppress(StageError):
        completion = read_reply(Reply(encode(body), {}, 0.1))
        read_answer(completion, {}, 0.1, SCHEMA)


@given(body=st.binary(max_size=80))
def test_every_byte_is(body: bytes) -> None:
    with suppress(StageError):
        read_reply(Reply(body, {"content-type": "text/html"}, 0.1))


@given(status=st.integers(300, 599), body=BODIES)
def test_every_error_is_a_failure_that_has_a_name(status: int, body: Any) -> None:
    error = classify_refusal(read_refusal(status, body, {}, asked=8192))
    assert error.failure is not Failure.BUG
