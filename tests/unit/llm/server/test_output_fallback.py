"""How a model is asked for JSON, and what a server's refusals change about it."""

import json
from typing import Any

import pytest

from schemas.table.wire import WireRows
from services.failure.error import InvalidRequestError
from services.failure.verdict import Failure
from services.llm.exchange.output_mode import OutputMode
from services.llm.exchange.question import Question
from services.llm.exchange.response_format import response_format
from services.llm.server.output_fallback import OutputFallback

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "thing_v1", "strict": True, "schema": SCHEMA},
}
MESSAGES = [{"role": "system", "content": "Do."}, {"role": "user", "content": "DATA"}]
QUESTION = Question(MESSAGES, FORMAT)


def shape(mode: OutputMode) -> dict[str, Any]:
    return OutputFallback().shape(QUESTION, mode, {"model": "m"})


def test_the_steps_go_down_to_plain_text() -> None:
    steps, mode = [], OutputMode.STRICT
    while True:
        steps.append(mode)
        if mode.next is None:
            break
        mode = mode.next
    assert steps == list(OutputMode)


def test_the_best_step_sends_the_schema_as_it_is() -> None:
    assert shape(OutputMode.STRICT) == {
        "model": "m",
        "messages": MESSAGES,
        "response_format": FORMAT,
    }


def test_the_next_step_is_not_strict() -> None:
    sent = shape(OutputMode.SCHEMA)["response_format"]["json_schema"]
    assert sent == FORMAT["json_schema"] | {"strict": False}
    assert FORMAT["json_schema"]["strict"] is True


def test_the_third_step_makes_the_model_call_one_function() -> None:
    request = shape(OutputMode.FUNCTION)
    assert request["tools"][0]["function"] == {"name": "thing_v1", "parameters": SCHEMA}
    assert request["tool_choice"]["function"] == {"name": "thing_v1"}
    assert "response_format" not in request


@pytest.mark.parametrize(
    ("mode", "response_format"),
    [(OutputMode.OBJECT, {"type": "json_object"}), (OutputMode.TEXT, None)],
)
def test_the_last_steps_tell_the_schema_in_the_fixed_part_of_the_prompt(
    mode: OutputMode, response_format: dict[str, Any] | None
) -> None:
    request = shape(mode)
    system, user = request["messages"]
    assert json.dumps(SCHEMA, separators=(",", ":")) in system["content"]
    assert system["content"].startswith("Do.")
    assert user == MESSAGES[1]
    assert request.get("response_format") == response_format


def refused(failure: Failure, code: str) -> InvalidRequestError:
    return InvalidRequestError("no", failure=failure, code=code)


FORMAT_REFUSED = refused(Failure.FORMAT_REFUSED, "response_format")


def test_a_refused_step_is_remembered() -> None:
    fallback = OutputFallback()
    assert fallback.give_way(FORMAT_REFUSED, OutputMode.STRICT, {})
    assert [fallback.mode] == [OutputMode.SCHEMA]


def test_calls_that_are_refused_together_lower_it_by_one_step() -> None:
    fallback = OutputFallback()
    for _ in range(64):
        assert fallback.give_way(FORMAT_REFUSED, OutputMode.STRICT, {})
    assert [fallback.mode] == [OutputMode.SCHEMA]


def test_a_fixed_step_and_the_last_step_are_not_lowered() -> None:
    assert not OutputFallback(OutputMode.SCHEMA, is_fixed=True).give_way(
        FORMAT_REFUSED, OutputMode.SCHEMA, {}
    )
    assert not OutputFallback(OutputMode.TEXT).give_way(FORMAT_REFUSED, OutputMode.TEXT, {})


def test_a_field_that_is_refused_is_left_out_from_then_on() -> None:
    fallback, request = OutputFallback(), {"store": False}
    assert fallback.give_way(refused(Failure.FIELD_REFUSED, "store"), OutputMode.STRICT, request)
    assert "store" not in fallback.shape(QUESTION, OutputMode.STRICT, {"store": False})


def test_a_field_that_was_not_sent_cannot_be_left_out() -> None:
    error = refused(Failure.FIELD_REFUSED, "store")
    assert not OutputFallback().give_way(error, OutputMode.STRICT, {"model": "m"})


def test_the_cap_of_an_answer_has_an_older_name() -> None:
    fallback, cap = OutputFallback(), {"max_completion_tokens": 9}
    assert fallback.drop("max_completion_tokens", cap)
    older = fallback.shape(QUESTION, OutputMode.STRICT, dict(cap))
    assert (older.get("max_tokens"), "max_completion_tokens" in older) == (9, False)
    assert fallback.drop("max_tokens", older)
    assert "max_tokens" not in fallback.shape(QUESTION, OutputMode.STRICT, dict(cap))


EXACT = Question(MESSAGES, response_format("rows_v1", WireRows), exact={"rows": 2})


def counts(request: dict[str, Any]) -> Any:
    schema = request["response_format"]["json_schema"]["schema"]
    return schema["properties"]["rows"].get("minItems")


def test_a_server_that_takes_counts_is_told_what_one_call_wants() -> None:
    told = OutputFallback(takes_counts=True).shape(EXACT, OutputMode.STRICT, {})
    static = OutputFallback().shape(EXACT, OutputMode.STRICT, {})
    assert (counts(told), counts(static)) == (2, None)


def test_a_server_that_refuses_counts_is_asked_by_the_static_schema_in_the_same_mode() -> None:
    fallback = OutputFallback(takes_counts=True)
    refused = InvalidRequestError("no", failure=Failure.FORMAT_REFUSED)
    assert fallback.give_way(refused, OutputMode.STRICT, {})
    assert fallback.mode == OutputMode.STRICT
    assert counts(fallback.shape(EXACT, OutputMode.STRICT, {})) is None
    assert fallback.give_way(refused, OutputMode.STRICT, {})
    assert [fallback.mode] == [OutputMode.SCHEMA]
