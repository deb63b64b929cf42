"""What an error of a model server means: rows of the table by status, code, field and words."""

from typing import Any

import httpx2
import pytest

from services.failure.verdict import Failure
from services.llm.refusal.connection import classify_connection
from services.llm.refusal.provider_failure import classify_refusal
from services.llm.refusal.refusal import Refusal


def refusal(status: int, words: str = "SECRET prompt", **fields: Any) -> Refusal:
    names = tuple(fields.pop(name) for name in ("code", "type") if name in fields)
    return Refusal(status, names, words=words, **fields)


TOO_LONG = [
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
    "the request exceeds the available context size. try increasing the context size",
    "Input is too long for requested model",
    "Please reduce the length of the messages or completion. max_tokens is 100",
    "prompt is too long: 210000 tokens > 200000 maximum",
]


@pytest.mark.parametrize("words", TOO_LONG)
def test_a_prompt_that_is_too_long_is_known_by_its_wording(words: str) -> None:
    assert classify_refusal(refusal(400, words)).failure is Failure.CONTEXT_TOO_LONG


ROWS = [
    (refusal(400, code="context_length_exceeded"), Failure.CONTEXT_TOO_LONG),
    (refusal(413), Failure.CONTEXT_TOO_LONG),
    (refusal(400, field="response_format"), Failure.FORMAT_REFUSED),
    (refusal(400, field="response_format.json_schema.strict"), Failure.FORMAT_REFUSED),
    (refusal(422, field="tools"), Failure.FORMAT_REFUSED),
    (refusal(400, "Invalid schema for response_format 'x'"), Failure.FORMAT_REFUSED),
    (refusal(400, "this model does not support tools"), Failure.FORMAT_REFUSED),
    (refusal(400, ""), Failure.FORMAT_REFUSED),
    (refusal(400, "", type="invalid_request_error"), Failure.FORMAT_REFUSED),
    (refusal(400, "", code="some_reason"), Failure.INVALID_REQUEST),
    (refusal(400, field="max_completion_tokens"), Failure.FIELD_REFUSED),
    (refusal(422, "body.store: extra inputs are not permitted"), Failure.FIELD_REFUSED),
    (refusal(400, field="messages"), Failure.INVALID_REQUEST),
    (refusal(400), Failure.INVALID_REQUEST),
    (refusal(400, code="content_policy_violation"), Failure.CONTENT_POLICY),
    (refusal(400, code="invalid_prompt"), Failure.CONTENT_POLICY),
    (refusal(429, code="insufficient_quota"), Failure.NO_MONEY),
    (refusal(429, type="insufficient_quota"), Failure.NO_MONEY),
    (refusal(403, code="billing_hard_limit_reached"), Failure.NO_MONEY),
    (refusal(429, code="resource_unavailable"), Failure.FLEX_UNAVAILABLE),
    (refusal(404), Failure.WRONG_ADDRESS),
    (refusal(405), Failure.WRONG_ADDRESS),
    (refusal(599), Failure.SERVER_ERROR),
    (refusal(400, "API key not valid. Please pass a valid API key."), Failure.KEY_REFUSED),
    (refusal(400, "Invalid API-key provided", code="x"), Failure.KEY_REFUSED),
    (refusal(407), Failure.NO_ACCESS),
]


@pytest.mark.parametrize(("answer", "failure"), ROWS)
def test_an_error_answer_is_classified(answer: Refusal, failure: Failure) -> None:
    assert classify_refusal(answer).failure is failure


ADVICE = [
    (400, "true", Failure.TOLD_TO_RETRY),
    (503, "false", Failure.TOLD_NOT_TO_RETRY),
    (500, "false", Failure.TOLD_NOT_TO_RETRY),
    (500, "true", Failure.SERVER_ERROR),
    (429, "true", Failure.RATE_LIMITED),
    (401, "false", Failure.KEY_REFUSED),
    (404, "true", Failure.WRONG_ADDRESS),
]


@pytest.mark.parametrize(("status", "advice", "failure"), ADVICE)
def test_the_servers_advice_counts_over_the_status_but_not_over_a_wrong_setting(
    status: int, advice: str, failure: Failure
) -> None:
    answer = refusal(status, headers={"x-should-retry": advice})
    assert classify_refusal(answer).failure is failure


def test_what_a_server_says_is_in_no_message() -> None:
    error = classify_refusal(refusal(400, "SECRET store", field="store"))
    assert (error.message, error.code) == ("the model server answered 400 (store)", "store")


def test_the_time_to_come_back_is_taken_from_the_limits_where_nothing_else_says_it() -> None:
    headers = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2s"}
    assert classify_refusal(refusal(429, headers=headers)).retry_after_s == 62


UNKNOWN_NAME = httpx2.ConnectError("Cannot connect to host x:443 [Name or service not known]")


def test_a_name_that_never_resolved_is_a_wrong_setting_and_parks() -> None:
    never = classify_connection(UNKNOWN_NAME, was_reached=False)
    assert never.failure is Failure.WRONG_ADDRESS
    assert "OPENAI_BASE_URL" in never.message
    assert not never.verdict.is_charged


def test_a_name_that_resolved_before_may_do_so_again() -> None:
    later = classify_connection(UNKNOWN_NAME, was_reached=True)
    assert later.failure is Failure.UNREACHABLE
