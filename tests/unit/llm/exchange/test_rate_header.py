"""What servers say of when to come back."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lifecycle.clock import utc_now
from services.llm.exchange.rate_header import read_pause, read_reset, read_retry_after


@pytest.mark.parametrize(
    ("text", "seconds"), [("30", 30), ("0.5", 0.5), ("-1", 0), ("soon", None), (None, None)]
)
def test_the_server_may_say_when_to_come_back(text: str | None, seconds: float | None) -> None:
    assert read_retry_after({} if text is None else {"retry-after": text}) == seconds


NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
TOLD = {"date": format_datetime(NOON, usegmt=True)}
IN_A_MINUTE = NOON + timedelta(minutes=1)
TIMES = {
    "HTTP": format_datetime(IN_A_MINUTE, usegmt=True),
    "of old": "Friday, 27-Nov-26 12:01:00 GMT",
    "of C": "Fri Nov 27 12:01:00 2026",
    "ISO 8601": "2026-11-27T12:01:00Z",
    "in another zone": "2026-11-27T13:01:00+01:00",
    "Unix": str(int(IN_A_MINUTE.timestamp())),
    "Unix in milliseconds": str(int(IN_A_MINUTE.timestamp() * 1000)),
    "a duration": "1m0s",
    "in words": "60 seconds",
}


@pytest.mark.parametrize("text", TIMES.values(), ids=TIMES)
def test_the_time_to_come_back_is_read_in_every_form_by_the_servers_own_clock(text: str) -> None:
    assert read_retry_after(TOLD | {"retry-after": text}) == 60


@pytest.mark.parametrize("text", ["Wed, 21 Oct 2015 07:28:00 GMT", "1445412480", "0", "-30", "-1s"])
def test_a_time_that_is_over_is_no_wait(text: str) -> None:
    assert not read_retry_after(TOLD | {"retry-after": text})


@pytest.mark.parametrize("date", [None, "soon", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_where_the_server_has_no_clock_ours_counts(date: str | None) -> None:
    at = format_datetime(utc_now() + timedelta(seconds=60), usegmt=True)
    told = {"date": date} if date else {}
    assert read_retry_after(told | {"retry-after": at}) == pytest.approx(60, abs=2)


@pytest.mark.parametrize(
    "text", ["1e300", "99999999", "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59-12:00"]
)
def test_no_time_to_come_back_is_longer_than_a_day(text: str) -> None:
    assert read_retry_after({"retry-after": text}) in (86_400, None)
    assert read_retry_after({"retry-after-ms": "1e300"}) == 86_400


@pytest.mark.parametrize(
    ("text", "seconds"), [("1500", 1.5), ("-1", 0), ("0", 0), ("NaN", 2), ("soon", 2), ("", 2)]
)
def test_milliseconds_go_before_seconds(text: str, seconds: float) -> None:
    assert read_retry_after({"retry-after": "2", "retry-after-ms": text}) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("20ms", 0.02),
        ("2m59.56s", 179.56),
        ("1h", 3600),
        ("12.5", 12.5),
        ("1700000000", 0),
        ("1 hour, 5 min", 3900),
        ("soon", None),
        ("5s ago", None),
        (None, None),
    ],
)
def test_a_reset_is_read_in_every_form_that_servers_use(
    text: str | None, seconds: float | None
) -> None:
    assert read_reset(text) == pytest.approx(seconds)


def test_nothing_left_is_a_pause_until_the_reset() -> None:
    left = {"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "9s"}
    assert read_pause(left) is None
    assert read_pause(left | {"x-ratelimit-remaining-requests": "0"}) == 9


def test_a_pause_has_an_end() -> None:
    headers = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "20h"}
    assert read_pause(headers) == 900


PAUSES = {
    "openai": {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"},
    "groq": {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "5m59.99s"},
    "anthropic": {
        "anthropic-ratelimit-requests-remaining": "10",
        "anthropic-ratelimit-requests-reset": "2026-11-27T12:59:00Z",
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-ratelimit-input-tokens-reset": "2026-11-27T12:06:00Z",
    },
    "cerebras": {
        "x-ratelimit-remaining-requests-day": "900",
        "x-ratelimit-reset-requests-day": "33011.38",
        "x-ratelimit-remaining-tokens-minute": "0",
        "x-ratelimit-reset-tokens-minute": "360.0",
    },
    "openrouter": {
        "x-ratelimit-limit": "50",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int((NOON.timestamp() + 360) * 1000)),
    },
    "together": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "360"},
    "github": {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(NOON.timestamp() + 360)),
    },
    "azure": {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "360"},
    "the draft of a standard": {"ratelimit-remaining": "0", "ratelimit-reset": "360"},
    "its later form": {"ratelimit": '"default";r=0;t=360'},
}


@pytest.mark.parametrize("headers", PAUSES.values(), ids=PAUSES)
def test_when_something_is_left_again_is_read_as_providers_tell_it(headers: dict[str, str]) -> None:
    assert read_pause(TOLD | headers) == pytest.approx(360, abs=0.1)


NO_PAUSES = {
    "nothing told of when": {"x-ratelimit-remaining-requests": "0"},
    "a time that is over": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000000"},
    "below 0": {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "-5"},
    "of something else": {"x-ratelimit-remaining-images": "0", "x-ratelimit-reset-images": "9s"},
    "something is left": {"ratelimit": '"default";r=5;t=360'},
    "no number": {"x-ratelimit-remaining-tokens": "none", "x-ratelimit-reset-tokens": "9s"},
}


@pytest.mark.parametrize("headers", NO_PAUSES.values(), ids=NO_PAUSES)
def test_what_says_nothing_of_a_pause_is_none(headers: dict[str, str]) -> None:
    assert read_pause(TOLD | headers) is None


@given(
    name=st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset-tokens", "date"]),
    text=st.one_of(
        st.text(max_size=40),
        st.floats().map(str),
        st.integers().map(str),
        st.datetimes().map(str),
        st.sampled_from([*TIMES.values(), "Fri, 99 Foo 2026 99:99:99 +9999"]),
    ),
)
def test_no_header_breaks_the_reading_nor_waits_for_ever(name: str, text: str) -> None:
    headers = {"x-ratelimit-remaining-tokens": "0", "retry-after": "Fri, 27 Nov 2026 12:01:00 GMT"}
    headers |= {name: text}
    assert 0 <= (read_retry_after(headers) or 0) <= 86_400
    assert 0 <= (read_pause(headers) or 0) <= 900
