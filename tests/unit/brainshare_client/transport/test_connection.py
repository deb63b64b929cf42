"""Where requests go, and that nothing secret is seen."""

from collections.abc import Callable
from traceback import walk_tb
from typing import Any

import httpx2
import pytest

from brainshare_client import AsyncBrainshare, Brainshare, ConnectionFailed

KEY = "bsk_s3cret"

Send = Callable[[httpx2.Request], httpx2.Response]


def ask(answer: Send, *given: str | None) -> None:
    """Ask for something, with another way to send it."""
    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        Brainshare(*given, max_retries=0, http_client=http).jobs.page()


def seen_by(*given: str | None) -> httpx2.Request:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, content=b'{"jobs": [], "next": null}')

    ask(answer, *given)
    return seen[0]


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (None, "http://127.0.0.1:8000/v1/jobs"),
        ("http://a:1/", "http://a:1/v1/jobs"),
        ("https://a.example/brainshare/", "https://a.example/brainshare/v1/jobs"),
        (" http://[::1]:8000 ", "http://[::1]:8000/v1/jobs"),
        ("https://u:p@a.example", "https://a.example/v1/jobs"),
    ],
)
def test_an_address_leads_to_a_gateway(url: str | None, asked: str) -> None:
    assert str(seen_by(url).url) == asked


def test_what_is_not_said_is_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAINSHARE_URL", "http://set:1")
    monkeypatch.setenv("BRAINSHARE_API_KEY", f" {KEY}\n")
    by_settings, by_code = seen_by(), seen_by("http://said:2", "bsk_said")
    assert (str(by_settings.url.host), str(by_code.url.host)) == ("set", "said")
    told = [request.headers["Authorization"] for request in (by_settings, by_code)]
    assert told == [f"Bearer {KEY}", "Bearer bsk_said"]
    assert "Authorization" not in seen_by("http://said:2", "").headers


def test_a_proxy_may_ask_for_a_password_of_its_own() -> None:
    assert seen_by("https://u:p@a.example").headers["Authorization"].startswith("Basic ")
    assert seen_by("https://u:p@a.example", KEY).headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://a", "http://", "8000", "http://a?b=1"])
def test_what_is_no_address_is_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="write http://HOST:PORT or https://HOST"):
        Brainshare(url)


@pytest.mark.parametrize("key", ["bsk_s3cret\nX: y", "bsk_s3crét", "bsk_s3cret two"])
def test_what_is_no_key_is_told_and_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="not shown") as told:
        Brainshare(api_key=key)
    assert "s3cr" not in repr(told.value)


def list_locals(error: BaseException | None) -> list[dict[str, Any]]:
    """What is held by the frames of an error and of what has caused it, this file's left out."""
    if error is None:
        return []
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    held = [frame.f_locals for frame in frames if frame.f_code.co_filename != __file__]
    return [*held, *list_locals(error.__cause__)]


def test_nothing_shows_a_secret() -> None:
    """Neither a client, nor an error, nor what a report of it takes from its frames."""

    def lose(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadError("it was lost", request=request)

    with pytest.raises(ConnectionFailed) as told:
        ask(lose, "https://user:s3cret@a.example", KEY)
    shown = [repr(told.value), str(told.value), repr(told.value.__cause__)]
    held = list_locals(told.value)
    assert any("request" in names for names in held)
    shown += [repr(names) for names in held]
    client = Brainshare("https://user:s3cret@a.example", KEY)
    later = AsyncBrainshare("https://user:s3cret@a.example", KEY)
    shown += [repr(client), repr(later), repr(vars(client)), repr(vars(later))]
    assert [text for text in shown if "s3cret" in text] == []
