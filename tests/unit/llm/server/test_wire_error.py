"""Whatever the parts of the HTTP client raise over a connection is a failure that has a name."""

import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any
from unittest.mock import Mock

import aiohttp
import httpx2
import openai
import pytest
from aiohttp import client_exceptions, http_exceptions

from services.failure.error import StageError
from services.failure.verdict import Act, Failure
from services.llm.arrival.answer_limit import limit_answer
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import Transport

URL = "http://model.test/v1"


def list_classes(module: Any) -> list[type[Exception]]:
    found = (item for item in vars(module).values() if inspect.isclass(item))
    return [item for item in found if issubclass(item, Exception)]


PARTS = [*list_classes(client_exceptions), *list_classes(http_exceptions)]
OTHERS: list[type[Exception]] = [
    OSError,
    ConnectionResetError,
    TimeoutError,
    EOFError,
    ValueError,
    UnicodeError,
]
OTHERS += [httpx2.InvalidURL, httpx2.StreamError, AssertionError, RuntimeError]
INFO: Any = Mock(real_url=URL)
ARGUMENTS: tuple[tuple[Any, ...], ...] = (
    (INFO, ()),
    (INFO, OSError(111, "refused")),
    (INFO, ValueError("certificate")),
    (b"a", b"b", "host", 80),
    (b"line", 8190),
    ("words",),
    (),
)


def make(kind: type[Exception]) -> Exception:
    for arguments in ARGUMENTS:
        try:
            error = kind(*arguments)
            str(error)
        except (TypeError, AttributeError, IndexError):
            continue
        return error
    raise AssertionError(f"no way to make a {kind.__name__}")


class Breaking(httpx2.AsyncByteStream):
    """A body that breaks off."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"choices": ['
        raise self.error


async def fail(answer: Callable[[httpx2.Request], httpx2.Response]) -> StageError:
    http = httpx2.AsyncClient(
        transport=httpx2.MockTransport(answer), event_hooks={"response": [limit_answer]}
    )
    settings = LlmSettings(base_url=URL, model="m")
    async with openai.AsyncOpenAI(
        api_key="k", base_url=URL, max_retries=0, http_client=http
    ) as client:
        try:
            reply = await Transport(client, settings).send({"model": "m", "messages": []})
        except StageError as error:
            return error
    assert reply.broke_off is not None
    return reply.broke_off


@pytest.mark.parametrize("kind", [*PARTS, *OTHERS], ids=lambda kind: kind.__name__)
async def test_an_error_of_a_part_is_a_failure_of_the_connection_and_no_bug(
    kind: type[Exception],
) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise make(kind)

    def break_off(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Breaking(make(kind)))

    before, within = await fail(refuse), await fail(break_off)
    assert {before.kind, within.kind} == {"provider"}
    assert within.verdict.act is not Act.DEAD
    assert before.verdict.act is not Act.DEAD


def test_all_classes_are_walked() -> None:
    assert len(PARTS) >= 40


NAMED: list[tuple[type[Exception], Failure]] = [
    (aiohttp.TooManyRedirects, Failure.WRONG_ADDRESS),
    (aiohttp.InvalidURL, Failure.WRONG_ADDRESS),
    (aiohttp.InvalidUrlRedirectClientError, Failure.WRONG_ADDRESS),
    (aiohttp.NonHttpUrlClientError, Failure.WRONG_ADDRESS),
    (httpx2.InvalidURL, Failure.WRONG_ADDRESS),
    (aiohttp.ClientResponseError, Failure.WRONG_ADDRESS),
    (http_exceptions.BadStatusLine, Failure.WRONG_ADDRESS),
    (http_exceptions.LineTooLong, Failure.SERVER_ERROR),
    (aiohttp.ServerDisconnectedError, Failure.DROPPED),
    (aiohttp.ClientPayloadError, Failure.DROPPED),
    (http_exceptions.ContentLengthError, Failure.DROPPED),
    (aiohttp.SocketTimeoutError, Failure.TIMED_OUT),
    (http_exceptions.ContentEncodingError, Failure.NOT_A_COMPLETION),
    (aiohttp.ClientOSError, Failure.UNREACHABLE),
]


@pytest.mark.parametrize(("kind", "failure"), NAMED, ids=lambda item: getattr(item, "__name__", ""))
async def test_it_is_named_by_its_class(kind: type[Exception], failure: Failure) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise make(kind)

    assert (await fail(refuse)).failure is failure


@pytest.mark.parametrize(
    ("status", "failure"), [(407, Failure.NO_ACCESS), (502, Failure.UNREACHABLE)]
)
async def test_a_proxy_that_refuses_is_told_from_the_server(status: int, failure: Failure) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        refused = aiohttp.ClientHttpProxyError(INFO, (), status=status, message="x")
        raise httpx2.ProxyError(str(refused)) from refused

    failed = await fail(refuse)
    assert failed.failure is failure
    assert "HTTPS_PROXY" in failed.message
