"""What is said of a gateway's address that is none."""

import pytest

from services.cli.target.address import check_address
from services.cli.terminal.error import CliError


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("localhost:8000", "which has no scheme: write http://localhost:8000"),
        ("gateway.example/", "which has no scheme: write http://gateway.example"),
        ("8000", "which has no scheme: write http://127.0.0.1:8000"),
        ("ftp://gateway.example", "a gateway is not asked by ftp: write http://HOST:PORT"),
        ("http://127.0.0.1:99999", "whose port is none: it must be a number from 1 to 65535"),
        ("http://127.0.0.1:0", "whose port is none"),
        ("http://127.0.0.1:http", "whose port is none"),
        ("http://", "which is no address"),
        (":", "which is no address"),
        ("99999", "whose port is none"),
        ("http://:8000", "which is no address"),
        ("http://[::1", "which is no address"),
        ("http://my gateway", "which is no address"),
        ("http://gateway.example?key=1", "which is no address"),
    ],
)
def test_an_address_that_is_none_is_told_with_what_to_write(url: str, told: str) -> None:
    with pytest.raises(CliError) as refused:
        check_address(url, "--url")
    assert refused.value.message.startswith(f"--url is {url!r}, ")
    assert told in refused.value.message


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "https://gateway.example/below",
        "http://[::1]:80",
        "http://ü.example",
    ],
)
def test_one_that_is_one_is_taken(url: str) -> None:
    assert check_address(f"{url}/", "--url") == url


def test_a_password_in_it_is_not_told() -> None:
    with pytest.raises(CliError) as refused:
        check_address("ftp://ann:hunter2@gateway.example", "BRAINSHARE_URL")
    assert "hunter2" not in refused.value.message
