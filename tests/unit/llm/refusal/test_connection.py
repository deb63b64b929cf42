"""What is said of a connection that came to nothing, and where to look."""

import errno
import socket

import aiohttp
import httpx2
import pytest
from aiohttp.client_reqrep import ConnectionKey

from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.refusal.connection import classify_connection
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import open_transport

ADDRESS = "http://model.test/v1"
KEY = ConnectionKey("model.test", 80, False, True, None, None, None)
UNREACHED = "the model server cannot be reached: "


def raised(cause: Exception | None, text: str = "Cannot connect to host") -> Exception:
    """What the client raises for all of them: its class for a timeout, the cause behind it."""
    error = httpx2.ConnectTimeout(text)
    error.__cause__ = cause
    return error


def refused(number: int) -> aiohttp.ClientConnectorError:
    return aiohttp.ClientConnectorError(KEY, OSError(number, "x"))


TOLD = {
    "refused": (
        raised(refused(errno.ECONNREFUSED)),
        f"nothing listens at {ADDRESS}: look at OPENAI_BASE_URL",
    ),
    "no way": (
        raised(refused(errno.ENETUNREACH)),
        f"no way leads to {ADDRESS}: look at OPENAI_BASE_URL",
    ),
    "a timeout": (
        raised(aiohttp.ConnectionTimeoutError(), "Connection timeout to host http://model.test"),
        f"no connection to {ADDRESS} in time: look at OPENAI_BASE_URL",
    ),
    "a proxy that refuses": (
        raised(aiohttp.ClientProxyConnectionError(KEY, OSError(errno.ECONNREFUSED, "x"))),
        "nothing listens at the proxy model.test:80: look at HTTPS_PROXY",
    ),
    "a name that was resolved before": (
        raised(
            aiohttp.ClientConnectorDNSError(KEY, OSError(-3, "x")),
            "Cannot connect to host model.test:80 [Temporary failure in name resolution]",
        ),
        f"the name in {ADDRESS} is not resolved now: look at OPENAI_BASE_URL",
    ),
    "anything else": (
        raised(refused(errno.EMFILE)),
        f"{ADDRESS}, ClientConnectorError: look at OPENAI_BASE_URL",
    ),
}


@pytest.mark.parametrize(("cause", "told"), TOLD.values(), ids=TOLD)
def test_why_nothing_was_reached_is_said_with_the_address_and_the_setting(
    cause: Exception, told: str
) -> None:
    error = classify_connection(cause, was_reached=True, address=ADDRESS)
    assert error.message == UNREACHED + told
    assert (error.failure, error.code) == (Failure.UNREACHABLE, "connection")


async def test_a_port_where_nothing_listens_refuses_and_is_no_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    settings = LlmSettings(base_url=f"http://{address}/v1", api_key="sk-secret-0123456789")
    async with open_transport(settings, 1) as transport:
        with pytest.raises(StageError) as failed:
            await transport.send({"model": "m"})
    assert failed.value.message == (
        f"{UNREACHED}nothing listens at http://{address}/v1/: look at OPENAI_BASE_URL"
    )
    assert failed.value.failure is Failure.UNREACHABLE
