"""What is known of a job: cells whose merge is commutative, associative and idempotent.

Each record gives one small fold; the fold of a job is the merge of all of them, whatever their
order and however often each was read. Nothing here is a status: that is computed from the cells.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import PlainSerializer, TypeAdapter

from schemas.job.record import StageRecord
from schemas.job.replay import Replay
from schemas.stage import STAGE_ORDER, StageName
from schemas.tenant import DEFAULT_TENANT
from services.gateway.status.cell import Cell, highest, lowest, merge_cells
from services.gateway.status.promotion import Promoted, current_version, latest

# A set has no order of its own, and equal folds must be equal rows.
Stages = Annotated[frozenset[StageName], PlainSerializer(sorted, return_type=list[StageName])]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the job is about, as its records say.

    Attributes:
        source: Rank and offset of the record that says it; the lowest counts. The tiers of a stage
            share a rank, so that two records can have the same: what they say decides.
    """

    source: tuple[int, int]
    table_id: str
    title: str
    stages: tuple[StageName, ...]
    is_new: bool
    accepted_at: datetime
    tenant: str = DEFAULT_TENANT
    tags: tuple[str, ...] = ()
    replay: Replay | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """The least counts."""
        said = (self.table_id, self.title, self.stages, self.is_new, self.accepted_at)
        return self.source, *said, self.tenant, self.tags, str(self.replay)


@dataclass(frozen=True, slots=True)
class Cancel:
    """What is known of a request to cancel. A stage can be heard of before the request itself is.

    Attributes:
        asked_ms: Earliest, like heard_ms; closed_ms is the latest. Unix milliseconds.
        heard: Stages that begin no call of the job any more.
    """

    asked_ms: int | None = None
    heard_ms: int | None = None
    closed_ms: int | None = None
    heard: Stages = frozenset()


@dataclass(frozen=True, slots=True)
class JobFold:
    """All that is known of a job.

    Attributes:
        subject: None until a record of the job could be read.
        first_ms: When its first known record was appended, in Unix milliseconds.
        cells: In the order of their keys, one per key.
        promoted: None while the job has the result that it came to by itself.
    """

    subject: Subject | None
    first_ms: int
    cells: tuple[Cell, ...] = ()
    cancel: Cancel = Cancel()
    promoted: Promoted | None = None

    @property
    def promotions(self) -> int:
        """How many there have been, roll backs among them."""
        return 0 if self.promoted is None else self.promoted.said.sequence

    @property
    def result_version(self) -> int:
        """The version that is the job's result."""
        return current_version(self.promoted)

    @property
    def stages(self) -> tuple[StageName, ...]:
        """The stages asked for; without a readable record, those that something is known of."""
        if self.subject is not None:
            return self.subject.stages
        known = {cell.stage for cell in self.cells}
        return tuple(stage for stage in STAGE_ORDER if stage in known)

    @property
    def tenant(self) -> str | None:
        """Whose the job is; None while no record that could be read says it."""
        return None if self.subject is None else self.subject.tenant

    @property
    def is_shadow(self) -> bool:
        """Whether it is for comparison only: nobody is told of it, no list has it unasked."""
        replay = None if self.subject is None else self.subject.replay
        return replay is not None and replay.is_shadow

    @property
    def is_cancel_asked(self) -> bool:
        """Whether somebody has asked for a cancel, as far as is known from either side."""
        return self.cancel.asked_ms is not None or self.cancel.heard_ms is not None

    def cells_of(self, stage: StageName) -> tuple[Cell, ...]:
        """The attempts of one stage, the latest last."""
        return tuple(cell for cell in self.cells if cell.stage is stage)

    def answer_of(self, stage: StageName) -> int | None:
        """The offset of the record that is the stage's answer."""
        offsets = [cell.answer for cell in self.cells_of(stage) if cell.answer is not None]
        return min(offsets, default=None)


FOLD = TypeAdapter(JobFold)


KINDS = ("new", "extend")


def kind_of(fold: JobFold) -> str:
    """The kind of job, as a label of a metric."""
    return KINDS[fold.subject is not None and not fold.subject.is_new]


def write_fold(fold: JobFold) -> str:
    """Serialize a fold for its row."""
    return FOLD.dump_json(fold, exclude_defaults=True).decode()


def read_fold(text: str) -> JobFold:
    """Read what `write_fold` wrote."""
    return FOLD.validate_json(text)


def merge(one: JobFold, other: JobFold) -> JobFold:
    """Join what two sets of records say of the same job."""
    return JobFold(
        _merge_subjects(one.subject, other.subject),
        min(one.first_ms, other.first_ms),
        merge_cells((*one.cells, *other.cells)),
        _merge_cancels(one.cancel, other.cancel),
        latest(one.promoted, other.promoted),
    )


def _merge_cancels(one: Cancel, other: Cancel) -> Cancel:
    return Cancel(
        lowest(one.asked_ms, other.asked_ms),
        lowest(one.heard_ms, other.heard_ms),
        highest(one.closed_ms, other.closed_ms),
        one.heard | other.heard,
    )


def _merge_subjects(one: Subject | None, other: Subject | None) -> Subject | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda subject: subject.order)


def read_subject(record: StageRecord, source: tuple[int, int]) -> Subject:
    """What the job of a record is about."""
    job = record.job
    return Subject(
        source,
        job.table_id,
        job.context.title,
        job.stages,
        job.context.is_new,
        job.accepted_at,
        job.tenant,
        job.tags,
        job.replay,
    )
