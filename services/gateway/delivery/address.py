"""Which addresses may be sent to: those of the public internet, and what a setting allows. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from services.gateway.delivery.settings import WebhookSettings, split

Address = IPv4Address | IPv6Address

NAT64 = IPv6Network("64:ff9b::/96")
"""The last 32 bits are an address of IPv4, as they are in the forms that `ipaddress` knows."""

LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*\.?", re.ASCII)
"""A name of DNS (RFC 1123), and the underscores that some have."""

PORTS = {"https": 443, "http": 80}
SETTING = "GATEWAY_WEBHOOK_NETWORKS"


class AddressRefusedError(Exception):
    """Nothing is sent to this address. Not retryable before a person has changed something."""


@dataclass(frozen=True)
class AddressGuard:
    """Says where may be sent to.

    Attributes:
        networks: Those that are not public and are allowed.
    """

    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, settings: WebhookSettings) -> "AddressGuard":
        """The guard that settings ask for."""
        return cls(tuple(ip_network(name) for name in split(settings.networks)))

    def check_url(self, url: str) -> None:
        """Refuse a URL by what it says; what its name leads to is looked at with each connection.

        Raises:
            ValueError: It cannot be sent to; one line.
        """
        scheme, host, _port = read_origin(url)
        if scheme == "http" and not self.networks:
            raise ValueError(f"must begin with https://: http goes to networks of {SETTING} only")
        if (address := _read(host)) is not None:
            self._check(address, host, is_plain=scheme == "http", error=ValueError)

    def choose(self, host: str, found: Sequence[str], *, is_plain: bool) -> list[str]:
        """Those of the addresses of a host that may be connected to.

        Args:
            is_plain: Whether the connection is without TLS.

        Raises:
            AddressRefusedError: None of them may.
        """
        allowed, refusal = [], AddressRefusedError(f"{host} has no address")
        for text in found:
            address = _read(text)
            try:
                if address is not None:
                    self._check(address, host, is_plain=is_plain, error=AddressRefusedError)
                    allowed.append(text)
            except AddressRefusedError as error:
                refusal = error
        if not allowed:
            raise refusal
        return allowed

    def _check(
        self, address: Address, host: str, *, is_plain: bool, error: type[Exception]
    ) -> None:
        meant = _unwrap(address)
        if any(address in network or meant in network for network in self.networks):
            return
        if not _is_public(meant):
            # Where a name of our network leads to is nothing that a tenant is told.
            is_named = host != str(address)
            named = f"{host} leads to an address that" if is_named else host
            raise error(
                f"{named} is not public: allow its network with {SETTING}, or take another address"
            )
        if is_plain:
            raise error(f"{host} is public, and is sent to by https:// only")


def read_origin(url: str) -> tuple[str, str, int]:
    """The scheme, host and port that a URL leads to.

    Raises:
        ValueError: It is none that can be sent to; one line.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"is no URL: {error}") from error
    if parts.scheme not in PORTS or not host:
        raise ValueError("is no URL that begins with https:// and a host")
    if not host.isascii():
        raise ValueError("has a host with letters beyond ASCII: write it as DNS has it, xn--...")
    if not url.isascii() or any(sign <= " " or sign == "\x7f" for sign in url):
        raise ValueError("has signs that a URL cannot have: write them percent-encoded")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a name or a password: take them out, the signature proves us")
    if parts.fragment:
        raise ValueError("has a # part, which is never sent: take it out")
    if port == 0 or not (_read(host) or HOST.fullmatch(host)):
        raise ValueError("has a host or a port that there cannot be")
    return parts.scheme, host, PORTS[parts.scheme] if port is None else port


def write_host(url: str) -> str:
    """The Host header of a request to a URL: an address of IPv6 stands in brackets."""
    scheme, host, port = read_origin(url)
    named = f"[{host}]" if ":" in host else host
    return named if port == PORTS[scheme] else f"{named}:{port}"


def write_target(url: str) -> str:
    """What is asked for there: the path, parameters behind a `;` too, and the query."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_public(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return isinstance(address, IPv4Address) or not address.is_site_local


def _unwrap(address: Address) -> Address:
    """The address of IPv4 that one of IPv6 leads to."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    if inner is None and address in NAT64:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address


def _read(text: str) -> Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
