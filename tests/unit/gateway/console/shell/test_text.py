"""How values are written in a page."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.gateway.console.shell.text import dollars, duration, foreign, moment, number, percent


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Planets", "<bdi>Planets</bdi>"),
        ("<script>", "<bdi>&lt;script&gt;</bdi>"),
        ('" onclick="x', "<bdi>&#34; onclick=&#34;x</bdi>"),
        ("a\u202eb\u0000", "<bdi>a[U+202E]b[U+0000]</bdi>"),
        ("\ud800", "<bdi>[U+D800]</bdi>"),
        ("می\u200cخواهم", "<bdi>می\u200cخواهم</bdi>"),
        ("two\nlines", "<bdi>two\nlines</bdi>"),
        (None, ""),
        ("", ""),
        ("abcdef", '<bdi>abcde</bdi><span class="cut" title="6 characters">…</span>'),
    ],
)
def test_a_text_of_somebody_else_s_does_nothing_and_hides_nothing(
    text: str | None, shown: str
) -> None:
    assert foreign(text, 5 if text == "abcdef" else 300) == shown


def test_a_moment_is_told_in_utc_whatever_its_zone() -> None:
    at = datetime(2026, 1, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    machine, person = "2026-01-01T23:30:00Z", "2026-01-01 23:30:00 UTC"
    told = f'<time datetime="{machine}" data-moment>{person}</time>'
    assert moment(at) == moment(at.astimezone(UTC)) == told


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (number(1234567), "1\u202f234\u202f567"),
        (number(0), "0"),
        (dollars(0.0), "$0.00"),
        (dollars(0.00012), "$0.0001"),
        (dollars(12.345), "$12.35"),
        (percent(0.333), "33\u202f%"),
        (duration(0.04), "0.0 s"),
        (duration(timedelta(seconds=61)), "1 min 1 s"),
        (duration(7261), "2 h 1 min"),
        (duration(200_000), "2 d 7 h"),
    ],
)
def test_values(said: str, shown: str) -> None:
    assert said == shown


@pytest.mark.parametrize("write", [number, dollars, percent, duration, moment])
def test_no_value_is_a_dash_and_not_nought(write: object) -> None:
    assert "–" in write(None)  # type: ignore[operator]
