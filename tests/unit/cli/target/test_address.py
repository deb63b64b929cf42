"""What is said of a gateway's address that is none."""

import click
import pytest
from click.testing import CliRunner

from services.cli.__main__ import main
from services.cli.target.address import check_address
from services.cli.terminal.error import SettingsWrong


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
    with pytest.raises(click.UsageError) as refused:
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
    with pytest.raises(SettingsWrong) as refused:
        check_address("ftp://ann:hunter2@gateway.example", "BRAINSHARE_URL")
    assert "hunter2" not in refused.value.message


def test_the_exit_status_says_whether_an_option_or_a_setting_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_option = CliRunner().invoke(main, ["status", "--url", "localhost:8000"])
    monkeypatch.setenv("BRAINSHARE_URL", "localhost:8000")
    by_setting = CliRunner().invoke(main, ["status"])
    assert (by_option.exit_code, by_setting.exit_code) == (2, 78)
    for told in (by_option.stderr, by_setting.stderr):
        assert "which has no scheme: write http://localhost:8000" in told
