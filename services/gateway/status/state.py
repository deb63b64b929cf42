"""Where a job and its stages stand: pure functions of the fold."""

from datetime import UTC, datetime

from schemas.api.status import JobState, StageState
from schemas.stage import StageName
from services.gateway.status.cell import Cell, Failure, Phase, Term
from services.gateway.status.fold import JobFold

STATES = {
    Phase.NONE: StageState.PENDING,
    Phase.SCHEDULED: StageState.PENDING,
    Phase.WAITING: StageState.WAITING,
    Phase.STARTED: StageState.RUNNING,
}
"""What an attempt that has not ended makes of its stage."""


def stage_state(fold: JobFold, stage: StageName) -> StageState:
    """The state of one stage: a success of any attempt, else what its latest attempt says."""
    if stage not in fold.stages:
        return StageState.NOT_ASKED
    deciding = deciding_cell(fold, stage)
    if deciding is None:
        return StageState.PENDING
    if deciding.term is Term.SUCCEEDED:
        return StageState.COMPLETED
    if deciding.term is Term.FAILED:
        return StageState.FAILED
    if deciding.term is Term.CANCELLED:
        return StageState.CANCELLED
    return STATES[deciding.phase]


def deciding_cell(fold: JobFold, stage: StageName) -> Cell | None:
    """The attempt that a stage's state is read from."""
    cells = fold.cells_of(stage)
    succeeded = [cell for cell in cells if cell.term is Term.SUCCEEDED]
    return (succeeded or cells or (None,))[-1]


def last_failure(fold: JobFold, stage: StageName) -> Failure | None:
    """Why the latest attempt that has failed did so."""
    failures = [cell.failure for cell in fold.cells_of(stage) if cell.failure is not None]
    return failures[-1] if failures else None


def job_state(fold: JobFold) -> JobState:
    """The status of the job."""
    states = [stage_state(fold, stage) for stage in fold.stages]
    if states and all(state is StageState.COMPLETED for state in states):
        return JobState.COMPLETED
    if StageState.FAILED in states:
        return JobState.FAILED
    if fold.is_cancel_asked:
        return JobState.CANCELLED if _is_closed(fold) else JobState.CANCELLING
    return JobState.RUNNING if any(cell.has_begun for cell in fold.cells) else JobState.PENDING


def _is_closed(fold: JobFold) -> bool:
    """Whether no call is open and none can begin.

    A stage that has ended a delivery as cancelled was the one that had the job. Elsewhere every
    stage that might still get it must have heard.
    """
    if any(c.phase is Phase.STARTED and c.term is Term.NONE for c in fold.cells):
        return False
    states = {stage: stage_state(fold, stage) for stage in fold.stages}
    if StageState.CANCELLED in states.values():
        return True
    left = {stage for stage, state in states.items() if state is not StageState.COMPLETED}
    return left <= fold.cancel.heard


def list_uncalled(fold: JobFold) -> tuple[StageName, ...]:
    """The stages that a cancelled job will not call any more."""
    if fold.cancel.heard_ms is None:
        return ()
    ended = (StageState.COMPLETED, StageState.FAILED)
    return tuple(stage for stage in fold.stages if stage_state(fold, stage) not in ended)


def count_attempts(fold: JobFold, stage: StageName) -> int:
    """How many attempts have begun: attempt n proves that n - 1 have ended."""
    deciding = deciding_cell(fold, stage)
    if deciding is None:
        return 0
    return deciding.attempt if deciding.has_begun else deciding.attempt - 1


def progress(fold: JobFold) -> float:
    """Completed stages over asked stages, 0 to 1."""
    states = [stage_state(fold, stage) for stage in fold.stages]
    return round(states.count(StageState.COMPLETED) / max(len(states), 1), 4)


def accepted_at(fold: JobFold) -> datetime:
    """When the job was accepted; without a readable record, when its first one was appended."""
    return fold.subject.accepted_at if fold.subject else to_datetime(fold.first_ms)


def started_at(fold: JobFold) -> datetime | None:
    """When the first call began."""
    starts = [cell.started_ms for cell in fold.cells if cell.started_ms is not None]
    return to_datetime(min(starts)) if starts else None


def completed_at(fold: JobFold) -> datetime | None:
    """When the job came to its final status; None while it has none."""
    if not job_state(fold).is_final:
        return None
    deciding = [deciding_cell(fold, stage) for stage in fold.stages]
    return to_datetime(max(cell.ended_ms or fold.first_ms for cell in deciding if cell))


def to_datetime(unix_ms: int) -> datetime:
    """Unix milliseconds as an aware moment."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC)
