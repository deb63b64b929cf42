"""When dead letters are a flood."""

from dataclasses import replace

import pytest

from schemas.job.purpose import Purpose
from schemas.kafka.headers import ErrorKind
from services.stage_runtime.consumer.dead_letter_limit import DeadLetterLimit
from services.stage_runtime.consumer.park import FLOOD_PAUSE_S, Park
from services.stage_runtime.processing.outcome import DeadLettered, Outcome, Publication, Succeeded

OUTPUT = Publication("out", b"job", b"")
GOOD, DEAD = Succeeded(OUTPUT), DeadLettered(OUTPUT, ErrorKind.BUG, "ours")


class Case:
    """A flood limit of 4 a minute and half of the records, with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.flood = DeadLetterLimit(limit=4, share=0.5, clock=lambda: self.now)

    def observe(self, *outcomes: Outcome) -> bool:
        for outcome in outcomes:
            self.flood.observe(outcome)
        return self.flood.find_reason() is not None


def test_a_few_dead_letters_are_none() -> None:
    assert not Case().observe(DEAD, DEAD, DEAD)


def test_many_that_are_most_are_a_flood() -> None:
    assert Case().observe(DEAD, DEAD, DEAD, DEAD)


def test_many_among_many_more_successes_are_none() -> None:
    assert not Case().observe(*[GOOD] * 5, *[DEAD] * 4)


def test_jobs_that_are_late_or_out_of_money_are_none() -> None:
    late = DeadLettered(OUTPUT, ErrorKind.DEADLINE, "late")
    poor = DeadLettered(OUTPUT, ErrorKind.BUDGET, "spent")
    assert not Case().observe(*[late] * 50, *[poor] * 50)


def test_those_of_an_hour_are_none() -> None:
    case = Case()
    for _ in range(60):
        case.now += 30
        assert not case.observe(DEAD)


@pytest.mark.parametrize(
    "kind",
    [ErrorKind.REFUSED, ErrorKind.POISON, ErrorKind.OUTPUT_TOO_LARGE, ErrorKind.CRASH_SUSPECT],
)
def test_what_belongs_to_one_user_s_records_stops_nobody_else(kind: ErrorKind) -> None:
    assert not Case().observe(*[DeadLettered(OUTPUT, kind, "theirs")] * 100)


def test_shadows_that_fail_stop_nobody_and_those_that_do_not_hide_no_flood() -> None:
    dead, good = (replace(one, purpose=Purpose.REPLAY) for one in (DEAD, GOOD))
    assert not Case().observe(*[dead] * 100)
    assert Case().observe(*[good] * 100, *[DEAD] * 4)


class FloodedPark:
    """A stage that was stopped by a flood."""

    def __init__(self) -> None:
        self.now = 0.0
        flood = DeadLetterLimit(limit=2, share=0.5, clock=lambda: self.now)
        self.park = Park("s", lambda: self.now, flood)
        for outcome in (DEAD, DEAD):
            self.park.observe(outcome)


def test_a_flood_stops_the_stage_and_says_why() -> None:
    case = FloodedPark()
    assert "2 of the last minute's 2 records" in (case.park.reason or "")
    case.park.observe(GOOD)
    assert not case.park.may_pull(in_progress=0)


def test_after_some_minutes_one_record_is_tried_and_a_success_ends_the_flood() -> None:
    case = FloodedPark()
    case.now += FLOOD_PAUSE_S
    assert case.park.may_pull(in_progress=0)
    assert not case.park.may_pull(in_progress=1)
    case.park.observe(GOOD)
    assert not case.park.is_parked


def test_a_probe_that_is_given_up_on_lets_the_flood_go_on() -> None:
    case = FloodedPark()
    case.now += FLOOD_PAUSE_S
    case.park.observe(DEAD)
    assert (case.park.is_parked, case.park.wait_s) == (True, FLOOD_PAUSE_S)


def test_a_probe_that_is_one_user_s_fault_says_nothing_and_the_next_is_tried_at_once() -> None:
    case = FloodedPark()
    case.now += FLOOD_PAUSE_S
    case.park.observe(DeadLettered(OUTPUT, ErrorKind.REFUSED, "theirs"))
    assert (case.park.is_parked, case.park.may_pull(in_progress=0)) == (True, True)
