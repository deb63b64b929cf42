"""When the clock closes a job, by where it stands."""

import pytest

from schemas.stage import STAGE_ORDER
from services.gateway.status.cell import Cell, Phase, Term
from services.gateway.status.due import (
    CALL_GRACE_MS,
    GRACE_MS,
    LONGEST_WAIT_MS,
    find_due_ms,
    find_standing,
)
from services.gateway.status.fold import Cancel, JobFold, Subject
from services.gateway.status.state import describe
from tests.unit.gateway.example import NOW

TABLE, COLUMN, _ = STAGE_ORDER
SUBJECT = Subject((0, 0), "t", "", STAGE_ORDER, is_new=True, accepted_at=NOW)
FIRST_MS = 1_000
AT_MS = 9_000
ASKED = Cancel(asked_ms=1)
HEARD = Cancel(asked_ms=1, heard_ms=2, heard=frozenset(STAGE_ORDER))

SCHEDULED = Cell(TABLE, phase=Phase.SCHEDULED, deadline_ms=AT_MS)
WAITING = Cell(TABLE, phase=Phase.WAITING, deadline_ms=AT_MS)
STARTED = Cell(TABLE, phase=Phase.STARTED, deadline_ms=AT_MS)
PARKED = Cell(TABLE, phase=Phase.WAITING, parked=1, deadline_ms=AT_MS)
UNLIMITED = Cell(TABLE, phase=Phase.SCHEDULED)
DONE = Cell(TABLE, term=Term.SUCCEEDED, deadline_ms=1)
FAILED = Cell(TABLE, term=Term.FAILED, deadline_ms=1)
NEXT = Cell(COLUMN, phase=Phase.SCHEDULED, deadline_ms=AT_MS)
REDRIVEN = Cell(TABLE, redrive=1, phase=Phase.SCHEDULED, deadline_ms=AT_MS)


@pytest.mark.parametrize(
    ("cells", "cancel", "due_ms"),
    [
        ((SCHEDULED,), Cancel(), AT_MS + GRACE_MS),
        ((WAITING,), Cancel(), AT_MS + GRACE_MS),
        ((PARKED,), Cancel(), AT_MS + GRACE_MS),
        ((STARTED,), Cancel(), AT_MS + CALL_GRACE_MS),
        ((UNLIMITED,), Cancel(), FIRST_MS + LONGEST_WAIT_MS + GRACE_MS),
        ((DONE, NEXT), Cancel(), AT_MS + GRACE_MS),
        ((FAILED, REDRIVEN), Cancel(), AT_MS + GRACE_MS),
        ((SCHEDULED,), ASKED, AT_MS + CALL_GRACE_MS),
        ((SCHEDULED,), HEARD, None),
        ((FAILED,), Cancel(), None),
        ((), Cancel(), None),
    ],
)
def test_a_job_is_due_after_the_deadline_of_what_stands(
    cells: tuple[Cell, ...], cancel: Cancel, due_ms: int | None
) -> None:
    assert find_due_ms(describe(JobFold(SUBJECT, FIRST_MS, cells, cancel))) == due_ms


def test_the_attempt_that_stands_is_the_last_one_of_the_first_open_stage() -> None:
    second = Cell(COLUMN, attempt=2, phase=Phase.WAITING)
    fold = JobFold(SUBJECT, FIRST_MS, (DONE, NEXT, second))
    assert find_standing(describe(fold)) == second
