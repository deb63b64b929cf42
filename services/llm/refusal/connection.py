"""What it means that a connection to a model server came to nothing, or broke off."""

import errno
import re
from collections.abc import Iterator

import aiohttp
import httpx2
from aiohttp import http_exceptions

from services.failure.error import ProviderError, StageError
from services.failure.verdict import Failure
from services.llm.arrival.answer_limit import AnswerTooLongError

DROPPED = "the model server dropped the connection"
GARBLED = "the model server's answer is garbled"
TOO_LONG = "the model server's answer is longer than any suggestion: it was not read to its end"
CONNECTION_FAILURES: tuple[tuple[Failure, type[Exception], str, str], ...] = (
    (Failure.NOT_A_COMPLETION, AnswerTooLongError, "", TOO_LONG),
    (Failure.NOT_A_COMPLETION, httpx2.DecodingError, "", GARBLED),
    (Failure.POOL_EXHAUSTED, httpx2.PoolTimeout, "", "our own connections are used up"),
    (Failure.TIMED_OUT, httpx2.ReadTimeout, "", "the model server stopped answering"),
    (Failure.DROPPED, httpx2.TransportError, "Can not write request body", DROPPED),
    (Failure.DROPPED, httpx2.TransportError, "disconnected", DROPPED),
    (Failure.DROPPED, httpx2.RemoteProtocolError, "", DROPPED),
    (Failure.DROPPED, httpx2.ReadError, "", DROPPED),
)
NO_ADDRESS = "which is no address of http or https"
ADDRESS_FAILURES: tuple[tuple[type[Exception], str, str], ...] = (
    (httpx2.TooManyRedirects, "", "it redirects again and again"),
    (aiohttp.TooManyRedirects, "", "it redirects again and again"),
    (httpx2.RemoteProtocolError, "location header", "it redirects to no address"),
    (httpx2.UnsupportedProtocol, "", NO_ADDRESS),
    (httpx2.InvalidURL, "", NO_ADDRESS),
    (aiohttp.InvalidURL, "", NO_ADDRESS),
    (aiohttp.NonHttpUrlClientError, "", NO_ADDRESS),
    (aiohttp.RedirectClientError, "", "it redirects to no address"),
)
NO_HTTP = "the model server's answer is no HTTP that can be read"
HEADERS_TOO_LARGE = re.compile(r"got more than|too many (headers|trailers)", re.IGNORECASE)
LATER_FAILURES: tuple[tuple[Failure, type[BaseException], str], ...] = (
    (Failure.NOT_A_COMPLETION, aiohttp.ContentTypeError, GARBLED),
    (Failure.NOT_A_COMPLETION, aiohttp.WSServerHandshakeError, GARBLED),
    (Failure.NOT_A_COMPLETION, aiohttp.WSMessageTypeError, GARBLED),
    (Failure.NOT_A_COMPLETION, http_exceptions.ContentEncodingError, GARBLED),
    (Failure.NOT_A_COMPLETION, http_exceptions.DecompressSizeError, GARBLED),
    (Failure.DROPPED, http_exceptions.PayloadEncodingError, DROPPED),
    (Failure.DROPPED, aiohttp.ClientPayloadError, DROPPED),
    (Failure.DROPPED, aiohttp.ServerDisconnectedError, DROPPED),
    (Failure.DROPPED, aiohttp.ClientConnectionResetError, DROPPED),
    (Failure.DROPPED, aiohttp.UploadAbortedError, DROPPED),
    (Failure.DROPPED, EOFError, DROPPED),
    (Failure.TIMED_OUT, aiohttp.SocketTimeoutError, "the model server stopped answering"),
)
"""What the parts of the HTTP client raise by themselves, or name as their reason."""
UNKNOWN_NAME = re.compile(
    r"name or service not known|name resolution|nodename nor servname|no address associated"
    r"|domain name not found|dns lookup|getaddrinfo",
    re.IGNORECASE,
)
NOT_TAKEN = re.compile(r"connection timeout|timed? ?out", re.IGNORECASE)
UNREACHED = {
    errno.ECONNREFUSED: "nothing listens at {}",
    errno.EHOSTUNREACH: "no way leads to {}",
    errno.ENETUNREACH: "no way leads to {}",
    errno.ETIMEDOUT: "no connection to {} in time",
}
"""Why a connection came to nothing, by the number of the operating system's error."""
WRONG_PROTOCOL = re.compile(
    r"wrong_version_number|certificate verify failed|record layer failure|unsupported protocol"
    r"|http_request|not an http|missing an 'http",
    re.IGNORECASE,
)


def wrong_address(address: str, why: str, also: str = "") -> ProviderError:
    """There is no model server where one is looked for.

    Args:
        also: Another setting to look at.
    """
    where = address or "its address"
    message = f"no model server at {where}, {why}: look at OPENAI_BASE_URL{also}"
    return ProviderError(message, failure=Failure.WRONG_ADDRESS, code="wrong-address")


def classify_connection(
    cause: BaseException, *, was_reached: bool, address: str = ""
) -> StageError:
    """By cause and message: with the aiohttp transport all come as one class of the client.

    Args:
        was_reached: Whether the server has answered before. A name that never resolved is a wrong
            setting: the records wait for its mending, none is given up on.
    """
    text = str(cause)
    for kind, phrase, why in ADDRESS_FAILURES:
        if isinstance(cause, kind) and phrase in text:
            return wrong_address(address, why)
    for failure, kinds, phrase, message in CONNECTION_FAILURES:
        if isinstance(cause, kinds) and phrase in text:
            return ProviderError(message, failure=failure, code="connection")
    if UNKNOWN_NAME.search(text) and not was_reached:
        message = "the model server's name cannot be resolved: look at OPENAI_BASE_URL"
        return ProviderError(message, failure=Failure.WRONG_ADDRESS, code="dns")
    if WRONG_PROTOCOL.search(text) and not was_reached:
        return wrong_address(address, "its protocol or certificate is another")
    told = _classify_part(cause, was_reached=was_reached, address=address)
    message = f"the model server cannot be reached: {_tell_unreached(cause, address)}"
    return told or ProviderError(message, failure=Failure.UNREACHABLE, code="connection")


def _tell_unreached(cause: BaseException, address: str) -> str:
    """Why nothing was reached, and the setting to look at.

    The client has one class for all that ends before an answer, a timeout: what it names as its
    reason says more.
    """
    parts = [*_list_causes(cause)]
    proxy = next((p for p in parts if isinstance(p, aiohttp.ClientProxyConnectionError)), None)
    where, setting = address or "its address", "OPENAI_BASE_URL"
    if proxy is not None:
        where, setting = f"the proxy {proxy.host}:{proxy.port}", "HTTPS_PROXY"
    numbers = (part.errno for part in parts if isinstance(part, OSError) and part.errno)
    number = errno.ETIMEDOUT if is_full(cause) else next(numbers, 0)
    told = UNREACHED.get(number, f"{{}}, {type(parts[-1]).__name__}")
    if UNKNOWN_NAME.search(str(cause)):
        told = "the name in {} is not resolved now"
    return f"{told.format(where)}: look at {setting}"


def _classify_part(
    cause: BaseException, *, was_reached: bool, address: str
) -> ProviderError | None:
    """By what a part of the client says; None where it says that nothing was reached."""
    for part in _list_causes(cause):
        for failure, kind, message in LATER_FAILURES:
            if isinstance(part, kind):
                return ProviderError(message, failure=failure, code="connection")
        if isinstance(part, aiohttp.ClientHttpProxyError):
            return _refused_by_proxy(part.status)
        if isinstance(part, aiohttp.ClientResponseError | http_exceptions.HttpProcessingError):
            if HEADERS_TOO_LARGE.search(str(part)):
                message = "the model server's answer has headers beyond what is read of them"
                return ProviderError(message, failure=Failure.SERVER_ERROR, code="headers")
            if was_reached:
                return ProviderError(NO_HTTP, failure=Failure.DROPPED, code="not-http")
            return wrong_address(address, "whose answer is no HTTP that can be read")
    return None


def _refused_by_proxy(status: int) -> ProviderError:
    failure = Failure.NO_ACCESS if status in (401, 403, 407) else Failure.UNREACHABLE
    message = f"the proxy on the way to the model server answered {status}: look at HTTPS_PROXY"
    return ProviderError(message, failure=failure, code="proxy")


def _list_causes(cause: BaseException | None) -> Iterator[BaseException]:
    while cause is not None:
        yield cause
        cause = cause.__cause__


def is_full(cause: BaseException | None) -> bool:
    """Whether a connection came to nothing because the server did not get to take it."""
    while cause is not None:
        if isinstance(cause, httpx2.ConnectTimeout) and NOT_TAKEN.search(str(cause)):
            return True
        cause = cause.__cause__
    return False
