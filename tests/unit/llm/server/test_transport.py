"""What an error of the model client means."""

import inspect

import httpx2
import openai
import pytest

from services.failure.verdict import Failure
from services.llm.server.client_error import classify

REQUEST = httpx2.Request("POST", "http://model.test/v1/chat/completions")


def status_error(status: int, code: str | None = None) -> openai.APIStatusError:
    response = httpx2.Response(status, request=REQUEST)
    body = {"code": code, "message": "SECRET prompt"}
    return openai.APIStatusError("SECRET prompt", response=response, body=body)


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
        (status_error(400, "content_policy_violation"), Failure.CONTENT_POLICY, "refused"),
        (status_error(401, "invalid_api_key"), Failure.KEY_REFUSED, "provider"),
        (status_error(402), Failure.NO_MONEY, "provider"),
        (status_error(403), Failure.NOT_PERMITTED, "provider"),
        (status_error(404, "model_not_found"), Failure.NO_SUCH_MODEL, "provider"),
        (status_error(408), Failure.CONFLICT, "provider"),
        (status_error(409), Failure.CONFLICT, "provider"),
        (status_error(413), Failure.CONTEXT_TOO_LONG, "invalid-request"),
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


def test_every_public_error_of_the_client_is_one_that_we_catch() -> None:
    public = [getattr(openai, name) for name in openai.__all__]
    errors = {item for item in public if inspect.isclass(item) and issubclass(item, Exception)}
    # Raised when a webhook of the provider is read, which we never do.
    errors -= {openai.InvalidWebhookSignatureError}
    assert len(errors) >= 12
    assert {error for error in errors if not issubclass(error, openai.OpenAIError)} == set()
