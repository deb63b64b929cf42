"""Where a job and its stages stand: pure functions of the fold."""

from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.api.status import JobState, StageState
from schemas.stage import StageName
from services.gateway.status.cell import AttemptFailure, Calls, Cell, Phase, Term
from services.gateway.status.fold import JobFold

OPEN = {
    Phase.NONE: StageState.PENDING,
    Phase.SCHEDULED: StageState.PENDING,
    Phase.WAITING: StageState.WAITING,
    Phase.STARTED: StageState.RUNNING,
}
"""What an attempt that has not ended makes of its stage."""

ENDED = {
    Term.SUCCEEDED: StageState.COMPLETED,
    Term.FAILED: StageState.FAILED,
    Term.CANCELLED: StageState.CANCELLED,
}
"""What an attempt that has ended makes of its stage."""


@dataclass(frozen=True, slots=True)
class StageDescription:
    """Where one stage stands.

    Attributes:
        cells: Its attempts, the latest last.
        deciding: The attempt that the state is read from; None where nothing is known.
    """

    stage: StageName
    state: StageState
    cells: tuple[Cell, ...]
    deciding: Cell | None

    @property
    def current(self) -> tuple[Cell, ...]:
        """The attempts since the redrive that decides."""
        last = 0 if self.deciding is None else self.deciding.redrive
        return tuple(cell for cell in self.cells if cell.redrive == last)

    @property
    def attempts(self) -> int:
        """How many attempts have begun: attempt n proves that n - 1 have ended."""
        if self.deciding is None:
            return 0
        return self.deciding.attempt if self.deciding.has_begun else self.deciding.attempt - 1

    @property
    def calls(self) -> Calls | None:
        """How far the calls of the deciding attempt have come; None where nothing is known."""
        return None if self.deciding is None else self.deciding.calls

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1, by the attempt since its redrive that came furthest."""
        if self.state is StageState.COMPLETED:
            return 1.0
        last = self.cells[-1].redrive if self.cells else 0
        shares = [c.calls.share for c in self.cells if c.calls and c.redrive == last]
        return max(shares, default=0) / 10_000

    @property
    def last_failure(self) -> AttemptFailure | None:
        """Why the latest attempt that has failed did so."""
        failures = [cell.failure for cell in self.cells if cell.failure is not None]
        return failures[-1] if failures else None


@dataclass(frozen=True, slots=True)
class JobDescription:
    """Where a job and all its stages stand.

    Attributes:
        asked: The stages asked for, in their order.
    """

    fold: JobFold
    state: JobState
    asked: tuple[StageDescription, ...]

    def of(self, stage: StageName) -> StageDescription:
        """A stage, also one that was not asked for."""
        asked = (described for described in self.asked if described.stage is stage)
        return next(asked, None) or describe_stage(self.fold, stage)

    @property
    def progress(self) -> float:
        """Completed stages, and the shares of those under way, over asked stages, 0 to 1."""
        done = sum(stage.share for stage in self.asked)
        return round(done / max(len(self.asked), 1), 4)

    @property
    def accepted_at(self) -> datetime:
        """When the job was accepted; without a readable record, when its first was appended."""
        fold = self.fold
        return fold.subject.accepted_at if fold.subject else to_datetime(fold.first_ms)

    @property
    def started_at(self) -> datetime | None:
        """When the first call began."""
        starts = [cell.started_ms for cell in self.fold.cells if cell.started_ms is not None]
        return to_datetime(min(starts)) if starts else None

    @property
    def completed_at(self) -> datetime | None:
        """When the job came to its final status; None while it has none."""
        if not self.state.is_final:
            return None
        deciding = [stage.deciding for stage in self.asked if stage.deciding]
        ends = [cell.ended_ms for cell in deciding if cell.ended_ms is not None]
        # Every stage may have heard of a cancel before any had the job.
        heard = [ms for ms in (self.fold.cancel.heard_ms,) if ms is not None]
        return to_datetime(max(ends or heard or [self.fold.first_ms]))

    @property
    def uncalled(self) -> tuple[StageName, ...]:
        """The stages whose next call a cancel has saved; one that had begun is none of them."""
        if self.fold.cancel.heard_ms is None:
            return ()
        ended = (StageState.COMPLETED, StageState.FAILED)
        left = (stage for stage in self.asked if stage.state not in ended)
        return tuple(
            stage.stage
            for stage in left
            if stage.deciding is None or stage.deciding.phase is not Phase.STARTED
        )


def describe(fold: JobFold) -> JobDescription:
    """Work out where a job stands, all of it at once."""
    asked = tuple(describe_stage(fold, stage) for stage in fold.stages)
    return JobDescription(fold, _job_state(fold, asked), asked)


def rests_on_request(fold: JobFold) -> bool:
    """Whether a job is to go on with its request alone: open, and no stage has answered."""
    has_answer = any(cell.answer is not None for cell in fold.cells)
    return not has_answer and not describe(fold).state.is_final


def describe_stage(fold: JobFold, stage: StageName) -> StageDescription:
    """Work out where one stage stands: a success of any attempt, else its latest attempt."""
    cells = fold.cells_of(stage)
    succeeded = [cell for cell in cells if cell.term is Term.SUCCEEDED]
    deciding = (succeeded or cells or (None,))[-1]
    state = _stage_state(deciding) if stage in fold.stages else StageState.NOT_ASKED
    return StageDescription(stage, state, cells, deciding)


def _stage_state(deciding: Cell | None) -> StageState:
    if deciding is None:
        return StageState.PENDING
    return ENDED.get(deciding.term) or OPEN[deciding.phase]


def _job_state(fold: JobFold, asked: tuple[StageDescription, ...]) -> JobState:
    states = {stage.state for stage in asked}
    # Only a completed job is given another result, so what is left of it proves as much.
    if states == {StageState.COMPLETED} or (not states and fold.promoted is not None):
        return JobState.COMPLETED
    if StageState.FAILED in states:
        return JobState.FAILED
    if fold.is_cancel_asked:
        return JobState.CANCELLED if _is_closed(fold, asked) else JobState.CANCELLING
    return JobState.RUNNING if any(cell.has_begun for cell in fold.cells) else JobState.PENDING


def _is_closed(fold: JobFold, asked: tuple[StageDescription, ...]) -> bool:
    """Whether no call is open and none can begin.

    A stage that has ended a delivery as cancelled was the one that had the job. Elsewhere every
    stage that might still get it must have heard.
    """
    if any(c.phase is Phase.STARTED and c.term is Term.NONE for c in fold.cells):
        return False
    if any(stage.state is StageState.CANCELLED for stage in asked):
        return True
    left = {stage.stage for stage in asked if stage.state is not StageState.COMPLETED}
    return left <= fold.cancel.heard


def to_datetime(unix_ms: int) -> datetime:
    """Unix milliseconds as an aware moment."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC)
