"""Where requests go, and what every one of them says."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from typing import Any

import httpx2
from pydantic import SecretStr

from brainshare_client.exchange.answer import Answer
from brainshare_client.exchange.call import MARGIN_S, Call
from brainshare_client.exchange.error import (
    BrainshareError,
    ConnectionFailed,
    TimedOut,
    UnreadableAnswer,
)
from brainshare_client.exchange.retry import Backoff, Failed, RetryPolicy
from brainshare_client.transport.settings import read_environment

DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT_S = 30.0
CONNECT_S = 5.0
SILENCE_S = 20.0
"""A live stream says something every 15 s: a longer silence is a dead connection."""

DISTRIBUTIONS = ("brainshare-client", "brainshare")
"""The wheel for apps, and the whole, which is of the same version."""

NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


def _find_version() -> str:
    for name in DISTRIBUTIONS:
        with suppress(PackageNotFoundError):
            return version(name)
    return "unknown"  # a copy of the source


AGENT = f"brainshare-client/{_find_version()}"


class BearerAuth(httpx2.Auth):
    """Sends an API key."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Say it with each request."""
        request.headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        yield request


@dataclass(frozen=True)
class Connection:
    """One gateway, and who asks it.

    Attributes:
        url: Without a password.
        auth: Says who asks. What is secret is in nothing else, so that no local variable of a
            frame in a report of an error holds it.
        timeout_s: How long an answer may take, besides what the gateway is asked to wait.
    """

    url: str
    retry: RetryPolicy
    timeout_s: float = TIMEOUT_S
    connect_s: float = CONNECT_S
    auth: httpx2.Auth | None = None

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, which no proxy leads to."""
        host = httpx2.URL(self.url).host
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    def write(self, call: Call[Any], *, is_stream: bool) -> dict[str, Any]:
        """A call as httpx takes it."""
        headers = {"Accept": "application/json, application/problem+json, */*;q=0.5"}
        headers |= {"User-Agent": AGENT, **call.headers}
        answer_s = self.timeout_s + (call.wait_s + MARGIN_S if call.wait_s else 0.0)
        timeout = httpx2.Timeout(SILENCE_S if is_stream else answer_s, connect=self.connect_s)
        return {
            "method": call.method,
            "url": self.url + call.path,
            "params": dict(call.query) or None,
            "headers": headers,
            "content": call.content,
            "timeout": timeout,
        }

    def find_pause_s(self, failed: Failed) -> float:
        """How long to wait before it is asked again.

        Raises:
            BrainshareError: It is not asked again.
        """
        pause_s = self.retry.pause_s(failed)
        if pause_s is None:
            raise failed.error
        return pause_s

    def make_answer(self, response: httpx2.Response, content: bytes = b"") -> Answer:
        """What has come, as a value."""
        return Answer(self.url, response.status_code, response.headers, content)

    def tell(self, error: httpx2.RequestError) -> BrainshareError:
        """What it means that there was no answer, or none that can be read."""
        if isinstance(error, httpx2.DecodingError):
            return UnreadableAnswer(f"the answer of {self.url} cannot be unpacked", 200)
        is_sent = not isinstance(error, NOT_SENT)
        if isinstance(error, httpx2.TimeoutException):
            return TimedOut(self.url, "no answer came in time", is_sent)
        reason = " ".join(str(error).split()) or "the connection was lost"
        return ConnectionFailed(self.url, reason, is_sent)


def make_connection(
    url: str | None,
    key: str | None,
    timeout_s: float,
    max_retries: int,
    retry: RetryPolicy | None = None,
) -> Connection:
    """A connection; what is None is as the settings say.

    Raises:
        ValueError: The address or the key cannot be one.
    """
    settings = read_environment()
    where = _read_url(url or settings.url or DEFAULT_URL)
    return Connection(
        url=str(where.copy_with(userinfo=b"")).rstrip("/"),
        retry=retry or Backoff(max_retries),
        timeout_s=timeout_s,
        auth=_find_auth(where, settings.api_key if key is None else SecretStr(key)),
    )


def _read_url(text: str) -> httpx2.URL:
    try:
        url = httpx2.URL(text.strip())
    except httpx2.InvalidURL:
        url = httpx2.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise ValueError(
            "the address of the gateway is none: write http://HOST:PORT or https://HOST, as"
            " base_url or in BRAINSHARE_URL"
        )
    return url


def _find_auth(where: httpx2.URL, given: SecretStr | None) -> httpx2.Auth | None:
    key = given.get_secret_value().strip() if given else ""
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise ValueError("the API key is none: it has characters that no key has (not shown)")
    if key:
        return BearerAuth(SecretStr(key))
    return httpx2.BasicAuth(where.username, where.password) if where.userinfo else None
