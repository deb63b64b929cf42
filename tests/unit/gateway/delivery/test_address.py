"""Only the public internet is sent to, and what a setting allows."""

import pytest

from services.gateway.delivery.address import (
    AddressGuard,
    AddressRefusedError,
    write_host,
    write_target,
)
from services.gateway.delivery.settings import WebhookSettings

CLOSED = AddressGuard.of(WebhookSettings())
OPEN = AddressGuard.of(WebhookSettings(networks="127.0.0.0/8, 10.1.0.0/16,fd00::/8"))

NOT_PUBLIC = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "ff02::1",
    "fec0::1",
    "::7f00:1",
    "64:ff9b:1::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]
PUBLIC = ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_and_the_line_says_how_to_allow_it(
    address: str,
) -> None:
    with pytest.raises(AddressRefusedError, match="not public: allow its network with GATEWAY_"):
        CLOSED.choose("app.example", [address], is_plain=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_goes_with_tls_only(address: str) -> None:
    assert CLOSED.choose("app.example", [address], is_plain=False) == [address]
    with pytest.raises(AddressRefusedError, match="by https:// only"):
        OPEN.choose("app.example", [address], is_plain=True)


@pytest.mark.parametrize(
    ("address", "goes"),
    [
        ("127.0.0.1", True),
        ("::ffff:127.0.0.1", True),
        ("10.1.2.3", True),
        ("10.2.2.3", False),
        ("fd00:ec2::254", True),
        ("169.254.169.254", False),
    ],
)
def test_what_the_setting_names_goes_and_nothing_beside_it(address: str, goes: bool) -> None:
    try:
        chosen = OPEN.choose("app.example", [address], is_plain=True)
    except AddressRefusedError:
        chosen = []
    assert chosen == ([address] if goes else [])


def test_where_a_name_leads_to_is_not_told() -> None:
    """Else a tenant could ask us for the addresses of our network."""
    with pytest.raises(AddressRefusedError) as refused:
        CLOSED.choose("intern.example", ["10.9.8.7"], is_plain=False)
    assert "10.9.8.7" not in str(refused.value)
    assert "intern.example leads to an address that is not public" in str(refused.value)


def test_of_several_addresses_those_are_taken_that_go() -> None:
    assert CLOSED.choose("x", ["127.0.0.1", "1.1.1.1"], is_plain=False) == ["1.1.1.1"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("app.example/hook", "begins with https://"),
        ("ftp://app.example", "begins with https://"),
        ("https://", "begins with https://"),
        ("https://[::1", "is no URL"),
        ("https://app.example:port/", "is no URL"),
        ("https://app.example:99999/", "is no URL"),
        ("https://me:secret@app.example/", "a name or a password"),
        ("https://app.example/#part", "has a # part"),
        ("https://app.example/a b", "signs that a URL cannot have"),
        ("https://app.example/\r\nx: y", "signs that a URL cannot have"),
        ("https://bücher.example/", "as DNS has it, xn--"),
        ("https://app.example/bücher", "signs that a URL cannot have"),
        ("https://app.example:0/", "that there cannot be"),
        ("https://app..example/", "that there cannot be"),
        ("https://-app.example/", "that there cannot be"),
        (f"https://{'a' * 64}.example/", "that there cannot be"),
        ("https://app.example\\@evil.example/", "a name or a password"),
        ("https://app.example%2eevil/", "that there cannot be"),
        ("https://[fe80::1%25eth0]/", "not public"),
        ("http://app.example/", "must begin with https://"),
        ("https://127.0.0.1/", "not public"),
        ("https://[::ffff:10.0.0.1]/", "not public"),
        ("https://169.254.169.254/latest/meta-data", "not public"),
    ],
)
def test_a_url_that_nothing_will_be_sent_to_is_refused(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        CLOSED.check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://app.example",
        "https://app.example:8443/hook?key=1",
        "https://xn--bcher-kva.example./",
        "https://app_1.example/",
        "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]:8443/",
    ],
)
def test_a_sound_url_goes(url: str) -> None:
    CLOSED.check_url(url)


@pytest.mark.parametrize(
    ("url", "host", "target"),
    [
        ("https://app.example", "app.example", "/"),
        ("HTTPS://App.Example:443/Hook", "app.example", "/Hook"),
        ("http://app.example:8080/hook;kind=a?x=1;y", "app.example:8080", "/hook;kind=a?x=1;y"),
        ("https://[2606:4700::1]/hook", "[2606:4700::1]", "/hook"),
        ("https://[2606:4700::1]:8443?x=%20", "[2606:4700::1]:8443", "/?x=%20"),
    ],
)
def test_a_request_names_the_host_and_the_target_as_the_url_has_them(
    url: str, host: str, target: str
) -> None:
    assert (write_host(url), write_target(url)) == (host, target)


def test_http_goes_to_networks_of_the_setting_only() -> None:
    OPEN.check_url("http://127.0.0.1:3000/api/brainshare")
    OPEN.check_url("http://localhost:3000/")  # its addresses are looked at when it is sent to
    with pytest.raises(ValueError, match="public, and is sent to by https:// only"):
        OPEN.check_url("http://1.1.1.1/")


@pytest.mark.parametrize("networks", ["localhost", "10.0.0.1/8", "10.0.0.0/8;127.0.0.0/8"])
def test_a_setting_that_is_no_network_is_refused_at_the_start(networks: str) -> None:
    with pytest.raises(ValueError, match="networks"):
        WebhookSettings(networks=networks)
