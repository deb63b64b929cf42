"""What it means that a connection to a model server came to nothing, or broke off."""

import re

import httpx2

from services.failure.error import ProviderError, StageError
from services.failure.verdict import Failure
from services.llm.arrival.answer_limit import AnswerTooLongError

DROPPED = "the model server dropped the connection"
TOO_LONG = "the model server's answer is longer than any suggestion: it was not read to its end"
CONNECTION_FAILURES: tuple[tuple[Failure, type[Exception], str, str], ...] = (
    (Failure.NOT_A_COMPLETION, AnswerTooLongError, "", TOO_LONG),
    (Failure.NOT_A_COMPLETION, httpx2.DecodingError, "", "the model server's answer is garbled"),
    (Failure.POOL_EXHAUSTED, httpx2.PoolTimeout, "", "our own connections are used up"),
    (Failure.TIMED_OUT, httpx2.ReadTimeout, "", "the model server stopped answering"),
    (Failure.DROPPED, httpx2.TransportError, "Can not write request body", DROPPED),
    (Failure.DROPPED, httpx2.TransportError, "disconnected", DROPPED),
    (Failure.DROPPED, httpx2.RemoteProtocolError, "", DROPPED),
    (Failure.DROPPED, httpx2.ReadError, "", DROPPED),
)
ADDRESS_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (httpx2.TooManyRedirects, "it redirects again and again"),
    (httpx2.UnsupportedProtocol, "which is no address of http or https"),
)
UNKNOWN_NAME = re.compile(
    r"name or service not known|name resolution|nodename nor servname|no address associated"
    r"|domain name not found|dns lookup|getaddrinfo",
    re.IGNORECASE,
)
NOT_TAKEN = re.compile(r"connection timeout|timed? ?out", re.IGNORECASE)
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


def no_http(*, was_reached: bool, address: str) -> ProviderError:
    """What answers there speaks another protocol, or has headers beyond what a client takes."""
    if was_reached:
        return ProviderError(DROPPED, failure=Failure.DROPPED, code="not-http")
    return wrong_address(address, "whose answer is no HTTP that can be read")


def classify_connection(
    cause: BaseException, *, was_reached: bool, address: str = ""
) -> StageError:
    """By cause and message: with the aiohttp transport all come as one class of the client.

    Args:
        was_reached: Whether the server has answered before. A name that never resolved is a wrong
            setting: the records wait for its mending, none is given up on.
    """
    text = str(cause)
    for kind, why in ADDRESS_FAILURES:
        if isinstance(cause, kind):
            return wrong_address(address, why)
    for failure, kinds, phrase, message in CONNECTION_FAILURES:
        if isinstance(cause, kinds) and phrase in text:
            return ProviderError(message, failure=failure, code="connection")
    if UNKNOWN_NAME.search(text) and not was_reached:
        message = "the model server's name cannot be resolved: look at OPENAI_BASE_URL"
        return ProviderError(message, failure=Failure.WRONG_ADDRESS, code="dns")
    if WRONG_PROTOCOL.search(text) and not was_reached:
        return wrong_address(address, "its protocol or certificate is another")
    message = f"the model server cannot be reached: {type(cause).__name__}"
    return ProviderError(message, failure=Failure.UNREACHABLE, code="connection")


def is_full(cause: BaseException | None) -> bool:
    """Whether a connection came to nothing because the server did not get to take it."""
    while cause is not None:
        if isinstance(cause, httpx2.ConnectTimeout) and NOT_TAKEN.search(str(cause)):
            return True
        cause = cause.__cause__
    return False
