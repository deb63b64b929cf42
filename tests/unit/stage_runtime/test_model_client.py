"""What an answer or an error of the model client means."""

import inspect
from typing import Any

import httpx2
import openai
import pytest
from pydantic import SecretStr

from schemas.record import Engine
from services.stage_runtime.error import StageError
from services.stage_runtime.llm_settings import DEMO_BASE_URL, LlmSettings
from services.stage_runtime.model_client import (
    ChatCompletion,
    classify,
    read_answer,
    read_completion,
)

REQUEST = httpx2.Request("POST", "http://model.test/v1/chat/completions")


def status_error(status: int, code: str | None = None) -> openai.APIStatusError:
    response = httpx2.Response(status, request=REQUEST)
    body = {"code": code, "message": "SECRET prompt"}
    return openai.APIStatusError("SECRET prompt", response=response, body=body)


def completion(**choice: Any) -> ChatCompletion:
    message = {"role": "assistant", "content": "{}"} | choice.pop("message", {})
    choices = [{"index": 0, "finish_reason": "stop", "message": message} | choice]
    return ChatCompletion.model_validate({"model": "m", "choices": choices})


@pytest.mark.parametrize(
    ("error", "kind", "code", "is_retryable"),
    [
        (openai.APIConnectionError(request=REQUEST), "provider", "connection", True),
        (openai.APITimeoutError(request=REQUEST), "provider", "connection", True),
        (status_error(500), "provider", "500", True),
        (status_error(429, "insufficient_quota"), "provider", "insufficient_quota", True),
        (status_error(401, "invalid_api_key"), "provider", "invalid_api_key", True),
        (status_error(400, "context_length_exceeded"), "invalid-request", None, False),
        (status_error(404, "model_not_found"), "invalid-request", "model_not_found", False),
        (openai.OpenAIError("SECRET"), "provider", None, True),
    ],
)
def test_every_error_of_the_client_has_its_kind(
    error: openai.OpenAIError, kind: str, code: str | None, is_retryable: bool
) -> None:
    classified = classify(error)
    assert (classified.kind, classified.is_retryable) == (kind, is_retryable)
    assert code is None or classified.code == code
    assert "SECRET" not in classified.message


def test_every_public_error_of_the_client_is_one_that_we_catch() -> None:
    public = [getattr(openai, name) for name in openai.__all__]
    errors = {item for item in public if inspect.isclass(item) and issubclass(item, Exception)}
    # Raised when a webhook of the provider is read, which we never do.
    errors -= {openai.InvalidWebhookSignatureError}
    assert len(errors) >= 12
    assert {error for error in errors if not issubclass(error, openai.OpenAIError)} == set()


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


def test_without_a_key_the_demo_server_is_meant() -> None:
    settings = LlmSettings()
    assert settings.is_demo
    assert (settings.effective_base_url, settings.effective_model) == (
        DEMO_BASE_URL,
        "demo-table-1",
    )


def test_with_a_key_the_provider_is_meant() -> None:
    settings = LlmSettings(api_key=SecretStr("sk-1"))
    assert not settings.is_demo
    assert settings.effective_base_url is None
    assert "sk-1" not in repr(settings)


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
