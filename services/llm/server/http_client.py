"""Connections to a model server: how many, for how long, and how long an answer's head may be."""

import ssl
from functools import cache, partial

import aiohttp
import httpx2
from openai import DefaultAioHttpClient

from services.llm.arrival.answer_limit import limit_answer
from services.llm.server.lenient_http import LenientConnector

CONNECT_TIMEOUT_S = 5.0
# To aiohttp it is the time for a connection, be it free or new.
POOL_TIMEOUT_S = CONNECT_TIMEOUT_S + 1.0
MAX_HEADER_BYTES = 128 * 1024
"""Of one header: gateways put cookies, policies and traces into them. aiohttp's own is 8,190."""
MAX_HEADERS = 1000


def open_http(pool: int, *, keepalive_s: float, trust_env: bool) -> httpx2.AsyncClient:
    """A client of at most so many connections. Connects with the first call.

    Args:
        trust_env: Whether the environment names proxies and authorities.
    """
    limits = httpx2.Limits(
        max_connections=pool, max_keepalive_connections=pool, keepalive_expiry=keepalive_s
    )
    http_client = DefaultAioHttpClient(
        limits=limits,
        timeout=httpx2.Timeout(None, connect=CONNECT_TIMEOUT_S, pool=POOL_TIMEOUT_S),
        trust_env=trust_env,
        verify=_trust(trust_env),
        event_hooks={"response": [limit_answer]},
    )
    # The transport makes its session with the limits of aiohttp, unless it is given a way to.
    ways = (http_client._transport, *http_client._mounts.values())
    for way in filter(None, ways):
        vars(way)["client"] = partial(_open_session, pool, keepalive_s, _trust(trust_env))
    return http_client


def _open_session(pool: int, keepalive_s: float, trust: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = LenientConnector(limit=pool, keepalive_timeout=keepalive_s, ssl=trust)
    return aiohttp.ClientSession(
        connector=connector,
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
        max_headers=MAX_HEADERS,
    )


@cache
def _trust(trust_env: bool) -> ssl.SSLContext:
    """Whom to trust. Reading all authorities takes 40 ms."""
    return httpx2.create_ssl_context(trust_env=trust_env)
