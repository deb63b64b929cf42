"""What follows from each failure: the whole table, as a person reads it."""

import pytest

from services.failure.verdict import VERDICTS, Act, Failure, Patience

HERE_OFTEN, HERE_ONCE, AT_ONCE, NOT_HERE = (0.5, 2.0), (0.5,), (0.0,), ()
LATER, PARK, DEAD = Act.LATER, Act.PARK, Act.DEAD

TABLE = [
    (Failure.UNREACHABLE, HERE_OFTEN, LATER),
    (Failure.DROPPED, HERE_ONCE, LATER),
    (Failure.POOL_EXHAUSTED, HERE_OFTEN, LATER),
    (Failure.TIMED_OUT, HERE_ONCE, LATER),
    (Failure.CONFLICT, HERE_OFTEN, LATER),
    (Failure.SERVER_ERROR, HERE_OFTEN, LATER),
    (Failure.PROVIDER_DOWN, NOT_HERE, PARK),
    (Failure.TOLD_TO_RETRY, HERE_OFTEN, LATER),
    (Failure.TOLD_NOT_TO_RETRY, NOT_HERE, DEAD),
    (Failure.WRONG_ADDRESS, NOT_HERE, PARK),
    (Failure.NOT_A_COMPLETION, HERE_ONCE, LATER),
    (Failure.RATE_LIMITED, HERE_OFTEN, PARK),
    (Failure.FLEX_UNAVAILABLE, HERE_OFTEN, PARK),
    (Failure.OVERLOADED, HERE_OFTEN, PARK),
    (Failure.HANDED_OVER, NOT_HERE, Act.WAIT),
    (Failure.NO_MONEY, NOT_HERE, PARK),
    (Failure.KEY_REFUSED, NOT_HERE, PARK),
    (Failure.NO_ACCESS, NOT_HERE, PARK),
    (Failure.NOT_PERMITTED, NOT_HERE, PARK),
    (Failure.NO_SUCH_MODEL, NOT_HERE, PARK),
    (Failure.INVALID_REQUEST, NOT_HERE, DEAD),
    (Failure.FORMAT_REFUSED, NOT_HERE, PARK),
    (Failure.FIELD_REFUSED, NOT_HERE, DEAD),
    (Failure.CONTEXT_TOO_LONG, NOT_HERE, DEAD),
    (Failure.CONTENT_POLICY, NOT_HERE, DEAD),
    (Failure.REFUSED, AT_ONCE, DEAD),
    (Failure.CUT_OFF, HERE_ONCE, LATER),
    (Failure.EMPTY, HERE_ONCE, LATER),
    (Failure.OUTPUT_INVALID, (0.0, 0.0), LATER),
    (Failure.OUTPUT_TOO_LARGE, NOT_HERE, DEAD),
    (Failure.POISON, NOT_HERE, DEAD),
    (Failure.BUDGET, NOT_HERE, DEAD),
    (Failure.DAILY_BUDGET, NOT_HERE, PARK),
    (Failure.DEADLINE, NOT_HERE, DEAD),
    (Failure.BUG, NOT_HERE, LATER),
    (Failure.CRASH_SUSPECT, NOT_HERE, DEAD),
    (Failure.SCHEMA_AHEAD, NOT_HERE, Act.WAIT),
]


@pytest.mark.parametrize(("failure", "here_s", "act"), TABLE, ids=[row[0] for row in TABLE])
def test_what_follows_from_a_failure(failure: Failure, here_s: tuple[float], act: Act) -> None:
    assert (VERDICTS[failure].here_s, VERDICTS[failure].act) == (here_s, act)


def test_every_failure_has_a_verdict() -> None:
    assert set(VERDICTS) == set(Failure) == {row[0] for row in TABLE}


def test_only_what_parks_or_waits_for_another_release_or_worker_is_not_charged() -> None:
    assert {f for f, v in VERDICTS.items() if not v.is_charged} == {
        f for f, v in VERDICTS.items() if v.act in (Act.PARK, Act.WAIT)
    }


def test_a_wait_for_a_rate_never_uses_up_a_second_asking() -> None:
    assert VERDICTS[Failure.RATE_LIMITED].patience is Patience.RATE
    assert VERDICTS[Failure.OUTPUT_INVALID].patience is Patience.ASKING
