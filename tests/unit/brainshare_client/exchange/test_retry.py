"""When a request is sent again."""

import pytest

from brainshare_client.exchange.answer import as_nothing
from brainshare_client.exchange.call import Call
from brainshare_client.exchange.error import (
    BrainshareError,
    ConnectionFailed,
    TimedOut,
    UnreadableAnswer,
)
from brainshare_client.exchange.retry import Backoff, Failed, may_repeat


def failed(attempt: int, after_s: float | None = None) -> Failed:
    return Failed(UnreadableAnswer("", 503, after_s), attempt, 0.0)


@pytest.mark.parametrize(
    ("attempt", "after_s", "least_s", "most_s"),
    [
        (1, None, 0.25, 0.5),
        (2, None, 0.5, 1.0),
        (4, None, 2.0, 4.0),
        (5, None, 4.0, 8.0),
        (1, 0.0, 0.0, 0.5),
        (1, 7.0, 7.0, 7.5),
        (5, 60.0, 60.0, 60.5),
    ],
)
def test_each_pause_is_longer_and_never_shorter_than_asked_for(
    attempt: int, after_s: float | None, least_s: float, most_s: float
) -> None:
    for _ in range(50):
        pause_s = Backoff(5).pause_s(failed(attempt, after_s))
        assert pause_s is not None
        assert least_s <= pause_s <= most_s


@pytest.mark.parametrize(
    ("retries", "attempt", "after_s"), [(0, 1, None), (5, 6, None), (5, 1, 61.0), (0, 1, 1.0)]
)
def test_in_the_end_the_caller_is_told(retries: int, attempt: int, after_s: float | None) -> None:
    assert Backoff(retries).pause_s(failed(attempt, after_s)) is None


def test_no_number_of_retries_is_too_large() -> None:
    pause_s = Backoff(100_000).pause_s(failed(99_999))
    assert pause_s is not None
    assert 4.0 <= pause_s <= 8.0


def lost(*, is_sent: bool) -> ConnectionFailed:
    return ConnectionFailed("", "", is_sent)


@pytest.mark.parametrize(
    ("error", "repeatable", "other"),
    [
        (lost(is_sent=False), True, True),
        (lost(is_sent=True), True, False),
        (TimedOut("", "", True), True, False),
        (UnreadableAnswer("", 503), True, True),
        (UnreadableAnswer("", 429), True, True),
        (UnreadableAnswer("", 408), True, False),
        (UnreadableAnswer("", 502), True, False),
        (UnreadableAnswer("", 504), True, False),
        (UnreadableAnswer("", 500), False, False),
        (UnreadableAnswer("", 404), False, False),
        (UnreadableAnswer("", 200), False, False),
    ],
)
def test_what_may_have_been_done_is_sent_again_only_where_that_does_no_harm(
    error: BrainshareError, repeatable: bool, other: bool
) -> None:
    calls = [Call("POST", "/", as_nothing, is_repeatable=told) for told in (True, False)]
    assert [may_repeat(call, error) for call in calls] == [repeatable, other]
