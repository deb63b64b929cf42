"""What a model server's answer is read as."""

from typing import Any

import pytest

from schemas.job.record import Engine, Usage
from services.failure.error import StageError
from services.llm.exchange.answer import ChatCompletion, read_answer, read_completion, read_usage
from services.llm.exchange.output_mode import OutputMode


def completion(**choice: Any) -> ChatCompletion:
    message = {"role": "assistant", "content": "{}"} | choice.pop("message", {})
    choices = [{"index": 0, "finish_reason": "stop", "message": message} | choice]
    return ChatCompletion.model_validate({"model": "m", "choices": choices})


def test_an_answer_carries_text_model_and_request_id() -> None:
    answer = read_answer(completion(), {"x-request-id": "r-1"}, 0.5)
    assert (answer.content, answer.model, answer.request_id) == ("{}", "m", "r-1")
    assert answer.engine is Engine.MODEL
    assert answer.usage.input_tokens is None


def test_the_demo_server_is_known_by_its_header() -> None:
    assert read_answer(completion(), {"x-demo": "1"}, 0.5).engine is Engine.DEMO


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (completion(message={"refusal": "no", "content": None}), "refused"),
        (completion(finish_reason="content_filter"), "refused"),
        (completion(finish_reason="length"), "output-invalid"),
        (completion(message={"content": None}), "output-invalid"),
        (completion().model_copy(update={"choices": []}), "output-invalid"),
    ],
)
def test_an_unusable_answer_is_an_error(answer: ChatCompletion, kind: str) -> None:
    with pytest.raises(StageError) as raised:
        read_answer(answer, {}, 0.1)
    assert raised.value.kind == kind


@pytest.mark.parametrize("content", [b"<html>busy</html>", b"", b"[]", b'{"error": "busy"}'])
def test_an_answer_that_is_no_chat_completion_is_the_servers_failure(content: bytes) -> None:
    with pytest.raises(StageError, match="no chat completion") as raised:
        read_completion(content)
    assert raised.value.kind == "provider"


def test_what_a_compatible_server_leaves_out_is_not_missed() -> None:
    completion = read_completion(
        b'{"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}'
    )
    assert read_answer(completion, {}, 0.1).content == "{}"


def test_a_function_that_was_called_holds_the_answer() -> None:
    call = {"type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    called = completion(message={"content": None, "tool_calls": [call]}, finish_reason="tool_calls")
    assert read_answer(called, {}, 0.1, OutputMode.FUNCTION).content == '{"a": 1}'


def test_usage_is_read_in_all_its_parts() -> None:
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    counted = ChatCompletion.model_validate({"choices": [], "usage": usage})
    assert read_usage(counted) == Usage(
        input_tokens=10, output_tokens=5, cached_tokens=4, reasoning_tokens=2
    )


def test_usage_that_is_not_reported_is_unknown_and_not_zero() -> None:
    assert read_usage(completion()) == Usage()
    assert read_usage(completion()).input_tokens is None
