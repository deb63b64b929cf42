"""What servers say of when to come back."""

import pytest

from services.llm.exchange.rate_header import read_pause, read_reset, read_retry_after


@pytest.mark.parametrize(
    ("text", "seconds"), [("30", 30), ("0.5", 0.5), ("-1", 0), ("soon", None), (None, None)]
)
def test_the_server_may_say_when_to_come_back(text: str | None, seconds: float | None) -> None:
    assert read_retry_after({} if text is None else {"retry-after": text}) == seconds


def test_the_time_to_come_back_may_be_a_date() -> None:
    assert read_retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0


def test_milliseconds_go_before_seconds() -> None:
    assert read_retry_after({"retry-after": "2", "retry-after-ms": "1500"}) == 1.5


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("20ms", 0.02),
        ("2m59.56s", 179.56),
        ("1h", 3600),
        ("12.5", 12.5),
        ("1700000000", None),
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
