"""What the pages say of a replay beside its own values: what it would take, how far it is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.api.replay.request import DEFAULT_RATE
from schemas.api.replay.run import ReplayRun, ReplayState
from schemas.api.status import StageState
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.gateway.replay.stored_replay import (
    ABORTED_FROM,
    OPEN_STATES,
    PAUSED_FROM,
    STARTED_FROM,
    FailedItem,
)
from services.gateway.status.fold import read_fold
from services.gateway.status.state import describe


@dataclass(frozen=True)
class PlanView:
    """What a replay would take, over all of its stages.

    Attributes:
        cost_usd: US dollars; None where that of a stage is not known.
        rate: Jobs started a second, on which `start_s` of the replay rests.
        excluded: Why how many are left out, the most first.
        differs: What is another one than before, in how many jobs.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    rate: float
    excluded: Sequence[tuple[str, int]]
    differs: Sequence[tuple[str, int]]


def show_plan(run: ReplayRun) -> PlanView:
    """What a plan would take."""
    costs = [stage.cost_usd for stage in run.expected]
    known = [cost for cost in costs if cost is not None]
    return PlanView(
        calls=sum(stage.calls for stage in run.expected),
        input_tokens=sum(stage.input_tokens for stage in run.expected),
        output_tokens=sum(stage.output_tokens for stage in run.expected),
        cost_usd=sum(known) if costs and len(known) == len(costs) else None,
        rate=run.pace.rate if run.pace else DEFAULT_RATE,
        excluded=_most_first(run.excluded),
        differs=_most_first(run.differs),
    )


@dataclass(frozen=True)
class ProgressView:
    """How far a replay is.

    Attributes:
        parts: Its counts by their names, those that are not 0; they add up to all.
        ended: Jobs of which nothing more is to come.
        under_way: Those that were started and have not ended.
        left_s: About how long it takes to start the rest, in seconds; None where it does not run.
        is_moving: Whether there is more to come by itself.
    """

    parts: Sequence[tuple[str, int]]
    total: int
    ended: int
    under_way: int
    left_s: float | None
    is_moving: bool

    @property
    def told(self) -> str:
        """The counts in a line."""
        parts = ", ".join(f"{count} {name}" for name, count in self.parts)
        return f"{parts} of {self.total}" if parts else "no jobs"


def show_progress(run: ReplayRun) -> ProgressView:
    """How far a replay is."""
    jobs = run.jobs
    under_way = jobs.pending + jobs.running + jobs.cancelling
    ended = jobs.completed + jobs.failed + jobs.cancelled + jobs.gone
    parts = (
        ("completed", jobs.completed),
        ("failed", jobs.failed),
        ("cancelled", jobs.cancelled),
        ("gone", jobs.gone),
        ("under way", under_way),
        ("waiting", jobs.waiting),
    )
    is_running = run.state is ReplayState.RUNNING and run.pace is not None
    return ProgressView(
        parts=[(name, count) for name, count in parts if count],
        total=run.total,
        ended=ended,
        under_way=under_way,
        left_s=jobs.waiting / run.pace.rate if is_running and run.pace else None,
        is_moving=run.state in OPEN_STATES or under_way > 0,
    )


@dataclass(frozen=True)
class ActsView:
    """What can be done with a replay as it is now."""

    start: bool
    pause: bool
    abort: bool


def show_acts(run: ReplayRun) -> ActsView:
    """What can be done with it. A plan of no job cannot be run."""
    progress = show_progress(run)
    is_over = run.state is ReplayState.COMPLETED and not progress.under_way
    return ActsView(
        start=run.state in STARTED_FROM and run.total > 0,
        pause=run.state in PAUSED_FROM,
        abort=run.state in ABORTED_FROM and not is_over,
    )


@dataclass(frozen=True)
class FailedJob:
    """A job of a replay that has failed, and why.

    Attributes:
        stage: That has given up on it; None, as the rest, where the tables do not say.
    """

    source_job_id: str
    job_id: str
    stage: StageName | None
    kind: ErrorKind | None
    message: str


def show_failed(item: FailedItem) -> FailedJob:
    """Why a job has failed: of its stages the first that has given up says so."""
    of = (item.source_job_id, item.job_id)
    for stage in describe(read_fold(item.fold)).asked:
        if stage.state is StageState.FAILED and (failure := stage.last_failure) is not None:
            return FailedJob(*of, stage.stage, failure.kind, failure.message)
    return FailedJob(*of, None, None, "")


def _most_first(counted: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
