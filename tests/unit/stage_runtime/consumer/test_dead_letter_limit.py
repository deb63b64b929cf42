"""When dead letters are a flood."""

from schemas.kafka.headers import ErrorKind
from services.stage_runtime.consumer.dead_letter_limit import DeadLetterLimit
from services.stage_runtime.consumer.park import Park
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


def test_a_flood_parks_the_stage_until_it_is_started_again() -> None:
    now = [0.0]
    park = Park("s", lambda: now[0], DeadLetterLimit(limit=2, share=0.5, clock=lambda: now[0]))
    for outcome in (DEAD, DEAD):
        park.observe(outcome)
    assert "2 of the last minute's 2 records" in (park.reason or "")
    now[0] += 10_000
    park.observe(GOOD)
    assert not park.may_pull(in_progress=0)
