"""Sends one request to an endpoint of somebody's, which nobody here trusts.

The address that a name leads to is looked at when it is connected to, and that one is connected
to: a name that means another address a moment later leads nowhere else. Redirects are not followed,
no proxy of the environment is asked, and of an answer only the beginning is read.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from ssl import SSLContext
from time import perf_counter
from typing import Protocol

import httpcore2

from services.gateway.delivery.address import (
    AddressGuard,
    read_origin,
    write_host,
    write_target,
)
from services.gateway.delivery.delivery import Attempt, Claim
from services.gateway.delivery.endpoint import sign
from services.gateway.delivery.schedule import Verdict, judge, read_asked_wait
from services.telemetry.trace.delivery_span import Told, open_delivery_span, tell_answer

MAX_ANSWER_BYTES = 1024
MAX_HEADER_CHARS = 200
BODY_S = 2.0
MARGIN_S = 0.2
"""A step that takes all of the time ends first: the client closes what it has opened then."""

KEEP_ALIVE_S = 5.0
RESOLVERS = 64
"""Names that are resolved at a time: more than one tenant can make to take long."""

KEPT_HEADERS = frozenset({"content-type", "retry-after", "location", "server", "date"})
SECRETS = re.compile(r"(?:whsec_|bsk_|v1,)[A-Za-z0-9+/=_-]+|(?<=[Bb]earer )[\w.~+/=-]+")
HIDDEN = "[hidden]"


class Sending(Protocol):
    """Sends what is claimed."""

    async def post(self, claim: Claim, now: datetime) -> Attempt:
        """Send it, and say what came of it; nothing is raised."""
        ...


class GuardedBackend(httpcore2.AnyIOBackend):
    """Connects to those addresses only that the guard lets through."""

    def __init__(
        self, guard: AddressGuard, resolvers: ThreadPoolExecutor, *, is_plain: bool
    ) -> None:
        self._guard = guard
        self._resolvers = resolvers
        self._is_plain = is_plain

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - it is named so where it is called
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first allowed address that takes the connection."""
        found = await self._resolve(host, port)
        error: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in self._guard.choose(host, found, is_plain=self._is_plain):
            try:
                options = (timeout, local_address, socket_options)
                return await super().connect_tcp(address, port, *options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                error = refused
        raise error

    async def _resolve(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        told = (host, port, 0, socket.SOCK_STREAM)
        try:
            found = await loop.run_in_executor(self._resolvers, socket.getaddrinfo, *told)
        except OSError as error:
            raise httpcore2.ConnectError(f"the name {host} is not known") from error
        return list(dict.fromkeys(str(item[4][0]) for item in found))


@dataclass(frozen=True)
class Poster:
    """Sends requests.

    Attributes:
        secure: For https, `plain` for http.
        timeout_s: For all of a request, in seconds.
    """

    secure: httpcore2.AsyncConnectionPool
    plain: httpcore2.AsyncConnectionPool
    timeout_s: float

    async def post(self, claim: Claim, now: datetime) -> Attempt:
        """Send what is claimed, and say what came of it; nothing is raised."""
        url, delivery = claim.url, claim.delivery
        headers = {
            "content-type": "application/json",
            "user-agent": f"brainshare/{version('brainshare')}",
            **sign(claim.endpoint, delivery.delivery_id, delivery.body, now),
        }
        shown = {name: text for name, text in headers.items() if name != "webhook-signature"}
        begun_s = perf_counter()
        attempt = Attempt(now, url.partition("?")[0], shown, 0)
        try:
            async with asyncio.timeout(self.timeout_s + MARGIN_S):
                attempt = await self._send(attempt, url, headers, delivery.body)
        except Exception as error:  # whatever a stranger's server makes a client raise
            attempt = replace(attempt, error=self._tell(error))
        return replace(attempt, duration_ms=round((perf_counter() - begun_s) * 1000))

    async def _send(
        self, attempt: Attempt, url: str, headers: dict[str, str], body: str
    ) -> Attempt:
        scheme, host, port = read_origin(url)
        pool = self.secure if scheme == "https" else self.plain
        # Of a URL as a text, httpcore forgets what is behind a `;`, and an IPv6 host's brackets.
        to = httpcore2.URL(scheme=scheme, host=host, port=port, target=write_target(url))
        named = {"host": write_host(url), **headers}
        sent = [(name, text.encode()) for name, text in named.items()]
        step_s = dict.fromkeys(("connect", "read", "write"), self.timeout_s)
        extensions = {"timeout": step_s}
        asking = pool.stream("POST", to, headers=sent, content=body.encode(), extensions=extensions)
        async with asking as answer:
            return replace(_read_head(attempt, answer), answer_body=await _read_beginning(answer))

    def _tell(self, error: Exception) -> str:
        if isinstance(error, TimeoutError | httpcore2.TimeoutException):
            return f"no answer within {self.timeout_s:g} s"
        said = str(error).strip().splitlines()
        return hide_secrets(said[0][:MAX_HEADER_CHARS] if said else type(error).__name__)


@cache
def _load_authorities() -> SSLContext:
    """Whom receivers' certificates may be of: those of this machine, read once."""
    return httpcore2.default_ssl_context()


@asynccontextmanager
async def open_poster(guard: AddressGuard, timeout_s: float) -> AsyncIterator[Poster]:
    """A way to send, closed at the end."""
    resolvers = ThreadPoolExecutor(RESOLVERS, "webhook-resolve")
    context = _load_authorities()

    def open_pool(*, is_plain: bool) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=None,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=GuardedBackend(guard, resolvers, is_plain=is_plain),
        )

    try:
        async with open_pool(is_plain=False) as secure, open_pool(is_plain=True) as plain:
            yield Poster(secure, plain, timeout_s)
    finally:
        resolvers.shutdown(wait=False, cancel_futures=True)


async def post_in_span(sending: Sending, claim: Claim, now: datetime) -> Attempt:
    """Send what is claimed, within the span of this request."""
    delivery = claim.delivery
    told = Told(
        event=delivery.type,
        webhook=delivery.endpoint_id,
        delivery=delivery.delivery_id,
        tenant=delivery.tenant,
        job_id=delivery.job_id,
        attempt=delivery.sent + 1,
        traceparent=delivery.traceparent,
        waited_s=(now - delivery.occurred_at).total_seconds(),
    )
    with open_delivery_span(told) as span:
        attempt = await sending.post(claim, now)
        tell_answer(span, judge(attempt), attempt.status)
    return attempt


def _read_head(attempt: Attempt, answer: httpcore2.Response) -> Attempt:
    named = {name.decode("latin-1").lower(): text for name, text in answer.headers}
    headers = {
        name: hide_secrets(named[name].decode("latin-1")[:MAX_HEADER_CHARS])
        for name in sorted(KEPT_HEADERS & named.keys())
    }
    after_s = read_asked_wait(headers.get("retry-after", ""), attempt.at.timestamp())
    answered = replace(attempt, status=answer.status, answer_headers=headers, retry_after_s=after_s)
    error = None if judge(answered) is Verdict.TAKEN else _explain(answer)
    return replace(answered, error=error)


def _explain(answer: httpcore2.Response) -> str:
    if 300 <= answer.status < 400:
        return f"answered {answer.status}: redirects are not followed"
    return f"answered {answer.status}"


async def _read_beginning(answer: httpcore2.Response) -> str:
    """The beginning of a body. Its status is what counts, so that a slow one is not waited for."""
    found = b""
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in answer.aiter_stream():
                found += chunk
                if len(found) > MAX_ANSWER_BYTES:
                    break
    except (TimeoutError, httpcore2.NetworkError, httpcore2.ProtocolError):
        pass
    return hide_secrets(found[:MAX_ANSWER_BYTES].decode(errors="replace"))


def hide_secrets(text: str) -> str:
    """A text of a stranger's without what looks like a secret, ours or another's."""
    return SECRETS.sub(HIDDEN, text)
