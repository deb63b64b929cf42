"""What a cancelled job is shown as: one rule, whatever the order of the records."""

import pytest

from schemas.api.status import JobState
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.job.view import show_stage
from services.gateway.status.cell import Cell, Phase, Term
from services.gateway.status.fold import Cancel, JobFold, Subject
from services.gateway.status.state import describe, to_datetime
from tests.unit.gateway.example import NOW

TABLE, COLUMN, ROW = STAGE_ORDER
SUBJECT = Subject((0, 0), "t", "", STAGE_ORDER, is_new=True, accepted_at=NOW)
ASKED = Cancel(asked_ms=1)
ALL_HEARD = Cancel(asked_ms=1, heard_ms=2, heard=frozenset(STAGE_ORDER))
SOME_HEARD = Cancel(asked_ms=1, heard_ms=2, heard=frozenset({TABLE, ROW}))
TABLE_CANCELLED = Cell(TABLE, phase=Phase.STARTED, term=Term.CANCELLED)


def done(stage: StageName) -> Cell:
    return Cell(stage, phase=Phase.STARTED, term=Term.SUCCEEDED)


CASES = [
    ("asked, and nobody has heard", ASKED, (), JobState.CANCELLING),
    ("a call is open", ALL_HEARD, (Cell(TABLE, phase=Phase.STARTED),), JobState.CANCELLING),
    ("a stage has not heard", SOME_HEARD, (), JobState.CANCELLING),
    ("nobody has begun, all have heard", ALL_HEARD, (), JobState.CANCELLED),
    (
        "it waits, all have heard",
        ALL_HEARD,
        (Cell(TABLE, phase=Phase.WAITING),),
        JobState.CANCELLED,
    ),
    (
        "it is parked, all have heard",
        ALL_HEARD,
        (Cell(TABLE, phase=Phase.WAITING, parked=1),),
        JobState.CANCELLED,
    ),
    ("its stage has ended it", ASKED, (TABLE_CANCELLED,), JobState.CANCELLED),
    ("done stages need not hear", SOME_HEARD, (done(TABLE), done(COLUMN)), JobState.CANCELLED),
    ("all are done whatever else", ALL_HEARD, tuple(map(done, STAGE_ORDER)), JobState.COMPLETED),
    ("it had failed", ASKED, (Cell(TABLE, term=Term.FAILED),), JobState.FAILED),
]


@pytest.mark.parametrize(
    ("cancel", "cells", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_job_is_cancelled_once_no_call_is_open_and_none_can_begin(
    cancel: Cancel, cells: tuple[Cell, ...], expected: JobState
) -> None:
    assert describe(JobFold(SUBJECT, 0, cells, cancel)).state is expected


def test_the_receipt_names_the_calls_that_are_not_made() -> None:
    assert describe(JobFold(SUBJECT, 0, (done(TABLE),), ALL_HEARD)).uncalled == (COLUMN, ROW)
    assert describe(JobFold(SUBJECT, 0, (), ASKED)).uncalled == ()


def test_a_call_that_was_begun_is_not_among_those_not_made() -> None:
    assert describe(JobFold(SUBJECT, 0, (TABLE_CANCELLED,), ALL_HEARD)).uncalled == (COLUMN, ROW)


def test_a_stage_that_was_cancelled_has_an_end() -> None:
    cell = Cell(TABLE, phase=Phase.STARTED, term=Term.CANCELLED, started_ms=1_000, ended_ms=3_000)
    shown = show_stage(describe(JobFold(SUBJECT, 0, (cell,), ALL_HEARD)).of(TABLE), None)
    assert shown.ended_at == to_datetime(3_000)
