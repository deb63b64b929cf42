"""When a job has to be closed by the gateway, should nobody else have: pure functions of the fold.

A worker that pulls a record past its deadline says so itself. Where none pulls it, the clock does.
"""

from schemas.api.status import StageState
from schemas.kafka.topics import DAY_MS
from services.gateway.status.cell import Cell, Phase, Term
from services.gateway.status.state import JobDescription

GRACE_MS = 2_000
"""A worker that is just pulling the record is left to say it."""

CALL_GRACE_MS = 30_000
"""A call ends at the deadline by its worker's clock, and its outcome has yet to arrive."""

LONGEST_WAIT_MS = 6 * DAY_MS
"""Of a job without a deadline: a day less than its first record is kept."""


def find_standing(job: JobDescription) -> Cell | None:
    """The attempt that a job waits for; None where it has ended, or nothing is known of one."""
    if job.state.is_final:
        return None
    open_stages = (stage for stage in job.asked if stage.state is not StageState.COMPLETED)
    first = next(open_stages, None)
    if first is None or first.deciding is None or first.deciding.term is not Term.NONE:
        return None
    return first.deciding


def find_due_ms(job: JobDescription) -> int | None:
    """When the clock closes a job, in Unix milliseconds; None for never."""
    cell = find_standing(job)
    if cell is None:
        return None
    may_be_called = cell.phase is Phase.STARTED or job.fold.is_cancel_asked
    grace_ms = CALL_GRACE_MS if may_be_called else GRACE_MS
    deadline_ms = cell.deadline_ms
    return (job.fold.first_ms + LONGEST_WAIT_MS if deadline_ms is None else deadline_ms) + grace_ms
