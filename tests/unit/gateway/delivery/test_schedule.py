"""What follows from an attempt, as a table."""

from datetime import timedelta

import pytest

from services.gateway.delivery.delivery import Attempt
from services.gateway.delivery.schedule import Verdict, find_share, judge, read_asked_wait
from services.gateway.delivery.settings import WebhookSettings
from tests.unit.gateway.example import NOW

S = 1_767_323_045.0
SCHEDULE = WebhookSettings().schedule


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.TAKEN),
        (204, Verdict.TAKEN),
        (299, Verdict.TAKEN),
        (301, Verdict.REFUSED),
        (302, Verdict.REFUSED),
        (400, Verdict.REFUSED),
        (404, Verdict.REFUSED),
        (410, Verdict.GONE),
        (429, Verdict.AWAY),
        (500, Verdict.REFUSED),
        (502, Verdict.AWAY),
        (503, Verdict.AWAY),
        (504, Verdict.AWAY),
        (None, Verdict.AWAY),
    ],
)
def test_what_an_answer_means(status: int | None, verdict: Verdict) -> None:
    assert judge(Attempt(NOW, "", {}, 0, status)) is verdict


def test_the_schedule_is_that_of_standard_webhooks_and_then_it_is_given_up() -> None:
    assert SCHEDULE.attempts == 10
    delays = [SCHEDULE.find_delay(attempts, draw=0) for attempts in range(1, 11)]
    told = [None if delay is None else delay.total_seconds() for delay in delays]
    hours = [hours * 3600 for hours in (2, 5, 10, 14, 20, 24)]
    assert told == [5, 300, 1800, *hours, None]


def test_jitter_only_adds_a_fifth_at_most() -> None:
    assert SCHEDULE.find_delay(2, draw=1) == timedelta(seconds=360)


@pytest.mark.parametrize(
    ("absences", "asked_s", "hold_s"),
    [(1, None, 5), (2, None, 10), (6, None, 160), (7, None, 300), (99, None, 300), (1, 60, 60)],
)
def test_an_endpoint_that_is_away_is_left_alone_for_longer_and_longer_and_as_it_asks(
    absences: int, asked_s: float | None, hold_s: float
) -> None:
    assert SCHEDULE.find_hold(absences, asked_s, draw=0) == timedelta(seconds=hold_s)


def test_another_schedule_can_be_set_and_how_long_one_is_left_alone_comes_from_it() -> None:
    schedule = WebhookSettings(delays="200ms, 1s,2m").schedule
    assert schedule.attempts == 4
    holds = [schedule.find_hold(absences, None, draw=0).total_seconds() for absences in range(1, 6)]
    assert holds == [0.2, 0.4, 0.8, 1, 1]
    assert WebhookSettings(delays="3s").schedule.find_hold(9, None, 0) == timedelta(seconds=3)


@pytest.mark.parametrize(
    "delays", ["", "5", "0s,5s", "5m,5s", "5s,", "9999h", ",".join(["1s"] * 9)]
)
def test_a_schedule_that_is_none_is_refused_at_the_start(delays: str) -> None:
    with pytest.raises(ValueError, match="delays"):
        WebhookSettings(delays=delays)


@pytest.mark.parametrize(
    ("told", "share", "expected"),
    [(0, 0.49, 0), (0, 0.5, 50), (50, 0.69, 50), (50, 0.95, 90), (90, 0.5, 90), (0, 1.0, 90)],
)
def test_how_much_of_the_time_to_fail_is_over_is_told_in_steps(
    told: int, share: float, expected: int
) -> None:
    assert find_share(told, share) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("120", 120),
        ("99999999999999999999", 86400),
        ("Fri, 02 Jan 2026 03:05:05 GMT", 60),
        ("Fri, 02 Jan 2099 03:00:00 GMT", 86400),
    ],
)
def test_an_endpoint_may_ask_for_a_day_at_most(text: str, seconds: float | None) -> None:
    assert read_asked_wait(text, S) == seconds
