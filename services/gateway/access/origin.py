"""Whence a request comes, as its headers say: what a page of somebody else makes a browser send.

A page whose name is made to mean this machine (DNS rebinding) is known by the Host that it sends,
and one that posts from elsewhere by its Origin. Pure.
"""

from collections.abc import Collection
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import Scope

from schemas.kafka.headers import cut
from services.gateway.api.problem import ProblemError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SHOWN_BYTES = 100


def find_address(scope: Scope) -> str:
    """Whence a request comes; "" where that is not known.

    Where a proxy is before us that uvicorn trusts (FORWARDED_ALLOW_IPS, by default one on this
    machine), it is what that says.
    """
    client = scope.get("client")
    return str(client[0]) if client else ""


def refuse_strange_host(host: str, allowed: Collection[str], *, is_local: bool) -> None:
    """Refuse a request that was sent to another name than ours.

    Args:
        host: The Host header; "" where there is none, which no browser does.
        allowed: Names that are ours.
        is_local: Whether nobody is asked for a key: then an address, localhost and these are ours.
            Otherwise all are, unless some are named.

    Raises:
        ProblemError: 421.
    """
    name = _read_name(host)
    if not name or name in allowed or (not is_local and not allowed):
        return
    if is_local and (name == "localhost" or name.endswith(".localhost") or _is_address(name)):
        return
    raise ProblemError(
        HTTPStatus.MISDIRECTED_REQUEST,
        "host-not-ours",
        f"the host {cut(name, SHOWN_BYTES)!r} is not one of this gateway's: name it in"
        " GATEWAY_HOSTS, or ask for it as localhost",
    )


def refuse_strange_origin(
    method: str, host: str, origin: str, allowed: Collection[str] = ()
) -> None:
    """Refuse an act that a page of another origin makes a browser send.

    Args:
        origin: The Origin header; "" where there is none: then it is no page.
        allowed: Origins whose pages may act, too; `*` for all.

    Raises:
        ProblemError: 403.
    """
    if method in SAFE_METHODS or not origin or "*" in allowed or origin.lower() in allowed:
        return
    if urlsplit(origin).netloc.lower() == host.lower():
        return
    raise ProblemError(
        HTTPStatus.FORBIDDEN,
        "origin-not-ours",
        f"a page of {cut(origin, SHOWN_BYTES)!r} may not do this: ask from your own server,"
        " or name the origin in GATEWAY_CORS_ORIGINS",
    )


def refuse_strange_form(method: str, host: str, origin: str) -> None:
    """Refuse a form of the console that no page of it has sent.

    A browser says with each form whence it comes, so one that says nothing is refused, too; and no
    other origin may be let in: its pages ask the API, with a key.

    Args:
        origin: The Origin header; "" where there is none.

    Raises:
        ProblemError: 403.
    """
    if method not in SAFE_METHODS and not origin:
        detail = "a form of the console says whence it comes (Origin): send it from the page"
        raise ProblemError(HTTPStatus.FORBIDDEN, "origin-not-ours", detail)
    refuse_strange_origin(method, host, origin)


def _read_name(host: str) -> str:
    """The name without its port, in lower case; an address of IPv6 without its brackets."""
    bare = host.strip().lower()
    if bare.startswith("["):
        return bare[1:].partition("]")[0]
    return bare.rpartition(":")[0] if ":" in bare else bare


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
