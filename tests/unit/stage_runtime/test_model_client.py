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
from services.stage_runtime.model_answer import ChatCompletion, read_answer, read_completion
from services.stage_runtime.model_client import classify, read_retry_after
from services.stage_runtime.verdict import Failure

REQUEST = httpx2.Request("POST", "http://model.test/v1/chat/completions")


def status_error(status: int, code: str | None = None) -> openai.APIStatusError:
    response = httpx2.Response(status, request=REQUEST)
    body = {"code": code, "message": "SECRET prompt"}
    return openai.APIStatusError("SECRET prompt", response=response, body=body)


def completion(**choice: Any) -> ChatCompletion:
    message = {"role": "assistant", "content": "{}"} | choice.pop("message", {})
    choices = [{"index": 0, "finish_reason": "stop", "message": message} | choice]
    return ChatCompletion.model_validate({"model": "m", "choices": choices})


def connection_error(cause: Exception) -> openai.APIConnectionError:
    error = openai.APITimeoutError(request=REQUEST)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "failure", "kind"),
    [
        (openai.APIConnectionError(request=REQUEST), Failure.UNREACHABLE, "provider"),
        (
            connection_error(httpx2.ConnectTimeout("Cannot connect to host")),
            Failure.UNREACHABLE,
            "provider",
        ),
        (
            connection_error(httpx2.ConnectTimeout("Can not write request body for x")),
            Failure.DROPPED,
            "provider",
        ),
        (connection_error(httpx2.PoolTimeout("")), Failure.POOL_EXHAUSTED, "provider"),
        (connection_error(httpx2.ReadTimeout("")), Failure.TIMED_OUT, "provider"),
        (connection_error(httpx2.RemoteProtocolError("")), Failure.DROPPED, "provider"),
        (connection_error(httpx2.ReadError("")), Failure.DROPPED, "provider"),
        (status_error(400), Failure.INVALID_REQUEST, "invalid-request"),
        (status_error(400, "content_policy_violation"), Failure.REFUSED, "refused"),
        (status_error(401, "invalid_api_key"), Failure.KEY_REFUSED, "provider"),
        (status_error(402), Failure.NO_MONEY, "provider"),
        (status_error(403), Failure.NOT_PERMITTED, "provider"),
        (status_error(404, "model_not_found"), Failure.NO_SUCH_MODEL, "provider"),
        (status_error(408), Failure.CONFLICT, "provider"),
        (status_error(409), Failure.CONFLICT, "provider"),
        (status_error(413), Failure.INVALID_REQUEST, "invalid-request"),
        (status_error(422), Failure.INVALID_REQUEST, "invalid-request"),
        (status_error(429, "rate_limit_exceeded"), Failure.RATE_LIMITED, "provider"),
        (status_error(429, "insufficient_quota"), Failure.NO_MONEY, "provider"),
        (status_error(500), Failure.SERVER_ERROR, "provider"),
        (status_error(502), Failure.SERVER_ERROR, "provider"),
        (status_error(503), Failure.OVERLOADED, "provider"),
        (status_error(504), Failure.SERVER_ERROR, "provider"),
        (status_error(529), Failure.OVERLOADED, "provider"),
        (openai.OpenAIError("SECRET"), Failure.SERVER_ERROR, "provider"),
    ],
)
def test_every_error_of_the_client_is_a_failure_of_ours(
    error: openai.OpenAIError, failure: Failure, kind: str
) -> None:
    classified = classify(error)
    assert (classified.failure, classified.kind) == (failure, kind)
    assert "SECRET" not in classified.message


@pytest.mark.parametrize(
    ("text", "seconds"), [("30", 30), ("0.5", 0.5), ("-1", 0), ("soon", None), (None, None)]
)
def test_the_server_may_say_when_to_come_back(text: str | None, seconds: float | None) -> None:
    assert read_retry_after({} if text is None else {"retry-after": text}) == seconds


def test_the_time_to_come_back_may_be_a_date() -> None:
    assert read_retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0


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
