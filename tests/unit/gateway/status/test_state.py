"""The status as a table: what the records of a job say, and what it comes to."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.api.status import JobState, StageState
from schemas.kafka.event import EventKind
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.status.fact import Fact
from services.gateway.status.fold import JobFold, merge
from services.gateway.status.state import describe, describe_stage, to_datetime
from services.kafka import ConsumedRecord
from tests.unit.gateway.example import (
    NOW_MS,
    TOPICS,
    consumed,
    dead_letter,
    event,
    fact,
    job,
    request,
    retry,
    started,
    success,
    whole_job,
)
from tests.unit.gateway.history import facts

TABLE, COLUMN, ROW = STAGE_ORDER
SIX_FAILURES = [*(retry(TABLE, n, n, 2) for n in range(2, 7)), dead_letter(TABLE, attempt=6)]
GARBAGE = dead_letter(TABLE, value=b"\xff\x00")


def fold_of(*records: ConsumedRecord) -> JobFold:
    return reduce(merge, [fact(record).fold for record in records])


STATUS: list[tuple[str, list[ConsumedRecord], JobState]] = [
    ("accepted", [request()], JobState.PENDING),
    ("begun", [request(), started(TABLE)], JobState.RUNNING),
    ("between stages", [request(), success(TABLE)], JobState.RUNNING),
    ("all done", whole_job(), JobState.COMPLETED),
    ("all done, no start seen", [success(s) for s in STAGE_ORDER], JobState.COMPLETED),
    ("last stage only", [success(ROW)], JobState.RUNNING),
    ("dead letter", [request(), started(TABLE), dead_letter(TABLE)], JobState.FAILED),
    ("garbage that names the job", [request(), GARBAGE], JobState.FAILED),
    ("garbage, and nothing else known", [GARBAGE], JobState.FAILED),
    ("success after a dead letter", [*whole_job(), dead_letter(TABLE)], JobState.COMPLETED),
    (
        "redriven",
        [request(), dead_letter(TABLE), request(1, redrive=1)],
        JobState.RUNNING,
    ),
    (
        "late success of attempt 1",
        [request(), request(1, attempt=2), started(TABLE, attempt=2), success(TABLE)],
        JobState.RUNNING,
    ),
    ("waiting for a retry", [request(), started(TABLE), retry(TABLE)], JobState.RUNNING),
    ("retried without a start seen", [request(), retry(TABLE)], JobState.RUNNING),
    ("given up after a retry", [request(), *SIX_FAILURES], JobState.FAILED),
    (
        "one attempt failed into two topics",
        [request(), retry(TABLE), dead_letter(TABLE, attempt=1)],
        JobState.RUNNING,
    ),
    (
        "failed again after a redrive",
        [request(), request(1, redrive=1), dead_letter(TABLE, redrive=1)],
        JobState.FAILED,
    ),
]


@pytest.mark.parametrize(("records", "status"), [c[1:] for c in STATUS], ids=[c[0] for c in STATUS])
def test_status(records: list[ConsumedRecord], status: JobState) -> None:
    assert describe(fold_of(*records)).state is status
    assert describe(fold_of(*reversed(records))).state is status


BEGUN_AGAIN = [request(), retry(TABLE), request(1, attempt=2), started(TABLE, 1, attempt=2)]

PARKED = [
    request(),
    started(TABLE),
    retry(TABLE, 1, parked=1),
    request(1, parked=1, not_before_ms=NOW_MS),
    started(TABLE, 1, parked=1),
]
INTERRUPTED = [request(), started(TABLE), event(EventKind.INTERRUPTED, TABLE, 1)]

STAGE: list[tuple[str, list[ConsumedRecord], StageState]] = [
    ("waiting", [request(), retry(TABLE)], StageState.WAITING),
    ("put back, not begun", BEGUN_AGAIN[:3], StageState.WAITING),
    ("begun again", BEGUN_AGAIN, StageState.RUNNING),
    ("late success of attempt 1", [*BEGUN_AGAIN, success(TABLE)], StageState.COMPLETED),
    ("parked", [request(), started(TABLE), retry(TABLE, 1, parked=1)], StageState.WAITING),
    ("parked and put back", PARKED[:4], StageState.WAITING),
    ("parked and begun again", PARKED, StageState.RUNNING),
    ("parked twice", [*PARKED, retry(TABLE, 1, 1, parked=2)], StageState.WAITING),
    ("parked, then done", [*PARKED, success(TABLE)], StageState.COMPLETED),
    ("interrupted", INTERRUPTED, StageState.RUNNING),
    ("a call answered", [request(), event(EventKind.ANSWERED, TABLE, 1)], StageState.RUNNING),
    ("interrupted, then done", [*INTERRUPTED, success(TABLE)], StageState.COMPLETED),
    ("interrupted, then parked", [*INTERRUPTED, retry(TABLE, 1, parked=1)], StageState.WAITING),
    ("waiting again", [*BEGUN_AGAIN, retry(TABLE, 3, 0, 1)], StageState.WAITING),
    ("given up", [request(), *SIX_FAILURES], StageState.FAILED),
    ("redriven", [request(), *SIX_FAILURES, request(1, redrive=1)], StageState.PENDING),
    ("waiting after a redrive", [*SIX_FAILURES, retry(TABLE, redrive=1)], StageState.WAITING),
]


@pytest.mark.parametrize(("records", "state"), [c[1:] for c in STAGE], ids=[c[0] for c in STAGE])
def test_stage_in_any_order(records: list[ConsumedRecord], state: StageState) -> None:
    assert describe_stage(fold_of(*records), TABLE).state is state
    assert describe_stage(fold_of(*reversed(records), *records), TABLE).state is state


FAILURES: list[tuple[str, list[ConsumedRecord], str]] = [
    ("parked", [retry(TABLE, 1, 5, parked=1, error_message="no money")], "no money"),
    (
        "parked twice",
        [
            retry(TABLE, 1, 5, parked=1, error_message="no money"),
            retry(TABLE, 1, 9, parked=2, error_message="no key"),
        ],
        "no key",
    ),
    (
        "parked, then given up",
        [
            retry(TABLE, 1, 5, parked=1, error_message="no money"),
            dead_letter(TABLE, 9, attempt=1, error_message="declined"),
        ],
        "declined",
    ),
    (
        "parked, then to be tried again",
        [
            retry(TABLE, 1, 5, parked=1, error_message="no money"),
            retry(TABLE, 2, 9, error_message="too slow"),
        ],
        "too slow",
    ),
]


@pytest.mark.parametrize(
    ("records", "message"), [c[1:] for c in FAILURES], ids=[c[0] for c in FAILURES]
)
def test_the_failure_shown_is_the_one_that_matters_now(
    records: list[ConsumedRecord], message: str
) -> None:
    for order in (records, records[::-1]):
        failure = describe_stage(fold_of(request(), *order), TABLE).last_failure
        assert failure is not None
        assert failure.message == message


def test_an_interrupted_job_that_is_to_be_cancelled_is_not_cancelled_yet() -> None:
    asked = consumed(TOPICS.control, b"{}")
    heard = [event(EventKind.CANCEL_HEARD, stage) for stage in STAGE_ORDER]
    ended = event(EventKind.CANCELLED, TABLE, 2)
    assert describe(fold_of(*INTERRUPTED, asked, *heard)).state is JobState.CANCELLING
    assert describe(fold_of(*INTERRUPTED, asked, *heard, ended)).state is JobState.CANCELLED


def test_a_cancel_that_all_stages_heard_before_any_had_the_job_has_a_time() -> None:
    asked = consumed(TOPICS.control, b"{}")
    heard = [event(EventKind.CANCEL_HEARD, stage, n) for n, stage in enumerate(STAGE_ORDER)]
    described = describe(fold_of(request(), asked, *heard))
    assert (described.state, described.completed_at) == (JobState.CANCELLED, to_datetime(NOW_MS))


@given(st.lists(facts, min_size=1, max_size=12))
def test_whatever_has_been_read_has_a_time_of_its_end_if_it_has_ended(history: list[Fact]) -> None:
    described = describe(reduce(merge, [fact.fold for fact in history]))
    assert (described.completed_at is not None) == described.state.is_final


def test_stages_that_were_not_asked_for_are_shown_so() -> None:
    fold = fold_of(request(of=job(stages=(COLUMN,))))
    states = [describe_stage(fold, stage).state for stage in STAGE_ORDER]
    assert states == [StageState.NOT_ASKED, StageState.PENDING, StageState.NOT_ASKED]


def test_a_part_of_the_stages_completes_a_job_that_asked_for_no_more() -> None:
    assert describe(fold_of(success(TABLE, of=job(stages=(TABLE,))))).state is JobState.COMPLETED


def test_progress_counts_completed_stages() -> None:
    assert describe(fold_of(request(), success(TABLE), success(TABLE, 1))).progress == 0.3333


def test_times_are_the_brokers() -> None:
    fold = fold_of(*whole_job())
    assert describe(fold).started_at == to_datetime(NOW_MS)
    assert describe(fold).completed_at == to_datetime(NOW_MS + 2)
    assert describe(fold_of(request())).completed_at is None


@pytest.mark.parametrize(
    ("records", "attempts"),
    [
        ([request()], 0),
        ([request(), started(TABLE)], 1),
        ([request(1, attempt=2)], 1),
        ([request(), dead_letter(TABLE, attempt=3)], 3),
        ([request(), retry(TABLE)], 1),
        ([request(), retry(TABLE), request(1, attempt=2)], 1),
        (BEGUN_AGAIN, 2),
        (SIX_FAILURES, 6),
    ],
)
def test_attempts(records: list[ConsumedRecord], attempts: int) -> None:
    assert describe_stage(fold_of(*records), StageName.TABLE).attempts == attempts


def answered_call(offset: int, done: int, planned: int, **at: int) -> ConsumedRecord:
    return event(EventKind.ANSWERED, COLUMN, offset, calls_done=done, calls_planned=planned, **at)


BEGUN = [request(), success(TABLE), started(COLUMN, 1)]
PROGRESS: list[tuple[str, list[ConsumedRecord], float, tuple[int, int] | None]] = [
    ("begun", BEGUN, 1 / 3, None),
    ("one of four calls", [*BEGUN, answered_call(2, 1, 4)], 1.25 / 3, (1, 4)),
    ("two of four calls", [*BEGUN, answered_call(2, 1, 4), answered_call(3, 2, 4)], 0.5, (2, 4)),
    (
        "more calls than were planned take nothing back",
        [*BEGUN, answered_call(2, 2, 4), answered_call(3, 3, 9)],
        0.5,
        (3, 9),
    ),
    ("an event of an older release", [*BEGUN, event(EventKind.ANSWERED, COLUMN, 2)], 1 / 3, None),
    ("more done than planned", [*BEGUN, answered_call(2, 9, 3)], 1.9 / 3, (9, 10)),
    (
        "an attempt that begins anew takes nothing back",
        [*BEGUN, answered_call(2, 2, 4), retry(COLUMN), started(COLUMN, 3, attempt=2)],
        0.5,
        None,
    ),
    (
        "a redrive does",
        [
            *BEGUN,
            answered_call(2, 2, 4),
            dead_letter(COLUMN),
            started(COLUMN, 3, redrive=1),
            answered_call(4, 1, 4, redrive=1),
        ],
        1.25 / 3,
        (1, 4),
    ),
    ("done", [*BEGUN, answered_call(2, 1, 4), success(COLUMN)], 2 / 3, (1, 4)),
]


@pytest.mark.parametrize(
    ("records", "progress", "calls"), [c[1:] for c in PROGRESS], ids=[c[0] for c in PROGRESS]
)
def test_progress_within_a_stage_in_any_order(
    records: list[ConsumedRecord], progress: float, calls: tuple[int, int] | None
) -> None:
    for read in (records, [*reversed(records), *records]):
        described = describe(fold_of(*read))
        known = described.of(COLUMN).calls
        assert described.progress == pytest.approx(progress, abs=2e-4)
        assert (known and (known.done, known.planned)) == calls
