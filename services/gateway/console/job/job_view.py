"""What the page of a job shows of it. Pure, and as large as the job where its record is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.api.job.family import JobFamily, Relative
from schemas.api.status import JobState, JobStatus, StageState, StageStatus
from services.gateway.console.job.suggestion import SuggestionView, show_suggestion
from services.gateway.family.store import Family
from services.gateway.family.view import show_family
from services.gateway.job.store import StoredJob
from services.gateway.job.view import show_status

DEEPEST = 6
"""Of a family, how far a job is moved in."""


@dataclass(frozen=True)
class Total:
    """What the stages of a job took together.

    Attributes:
        input_tokens: None where no stage tells it; so for the others.
        cost_usd: None where a price is not known, which is not 0.
    """

    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None


@dataclass(frozen=True)
class JobView:
    """A job as its page shows it.

    Attributes:
        status: Without its result.
        suggestion: None before the first one.
    """

    status: JobStatus
    suggestion: SuggestionView | None
    total: Total

    @property
    def asked(self) -> tuple[StageStatus, ...]:
        """The stages that run in this job."""
        return tuple(s for s in self.status.stages if s.state is not StageState.NOT_ASKED)

    @property
    def kept(self) -> tuple[StageStatus, ...]:
        """The stages whose answers were taken over from the job that this one came from."""
        stages = self.status.stages
        return tuple(s for s in stages if s.state is StageState.NOT_ASKED and s.provenance)

    @property
    def kind(self) -> str | None:
        """How it came of another job; None for one that a client asked for."""
        mark = self.status.replay
        if mark is None:
            return None
        return name_kind(mark.is_shadow, mark.replay_id == self.status.job_id)

    @property
    def can_be_cancelled(self) -> bool:
        """Whether a cancel would do something."""
        return self.status.status in (JobState.PENDING, JobState.RUNNING)


@dataclass(frozen=True)
class Member:
    """A job in the tree of its family.

    Attributes:
        depth: How many jobs above it there are in the tree, as far as is shown.
        kind: As of a `JobView`.
    """

    job: Relative
    depth: int
    kind: str | None


def show_job(job: StoredJob, value: bytes | None) -> JobView:
    """What is shown of a job.

    Args:
        value: The record of its furthest answer, None before the first.
    """
    status = show_status(job, value)
    suggestion = None if status.result is None else show_suggestion(status.result)
    return JobView(
        status.model_copy(update={"result": None}), suggestion, _add(status.stages, status)
    )


def show_members(job_id: str, family: Family) -> tuple[Member, ...]:
    """The tree of a family, each job after the one that it came from."""
    shown: JobFamily = show_family(job_id, family)
    marks = {job.job_id: job.known.fold.subject for job in family.jobs}
    depths: dict[object, int] = {}
    members = []
    for job in shown.jobs:
        above = depths.get(job.source_job_id)
        depths[job.job_id] = 0 if above is None else min(above + 1, DEEPEST)
        subject = marks[str(job.job_id)]
        mark = None if subject is None else subject.replay
        kind = None if mark is None else name_kind(mark.is_shadow, mark.replay_id == job.job_id)
        members.append(Member(job, depths[job.job_id], kind))
    return tuple(members)


def name_kind(is_shadow: bool, is_rerun: bool) -> str:
    """How a job came of another."""
    if is_shadow:
        return "shadow replay"
    return "rerun" if is_rerun else "replay"


def _add(stages: Sequence[StageStatus], status: JobStatus) -> Total:
    of = [stage.provenance.usage for stage in stages if stage.provenance]
    given = [usage.input_tokens for usage in of if usage.input_tokens is not None]
    made = [usage.output_tokens for usage in of if usage.output_tokens is not None]
    cost_usd = None if status.result is None else status.result.cost_usd
    return Total(sum(given) if given else None, sum(made) if made else None, cost_usd)
