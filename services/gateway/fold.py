"""What is known of a job: cells whose merge is commutative, associative and idempotent.

Each record gives one small fold; the fold of a job is the merge of all of them, whatever their
order and however often each was read. Nothing here is a status: that is computed from the cells.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from pydantic import TypeAdapter

from schemas.headers import ErrorKind
from schemas.stage import STAGE_ORDER, StageName

STAGE_POSITION = {stage: position for position, stage in enumerate(STAGE_ORDER)}


class Phase(IntEnum):
    """How far an attempt has come; the largest counts."""

    NONE = 0
    SCHEDULED = 1
    WAITING = 2  # for a retry; putting the record back when it is due is no step back
    STARTED = 3
    PARKED = 4  # a call has begun and could not succeed: the same attempt waits


class Term(IntEnum):
    """How an attempt ended; the largest counts, so that a success wins whenever it arrives."""

    NONE = 0
    FAILED = 1
    CANCELLED = 2
    SUCCEEDED = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed. Of several, the one with the lowest offset counts.

    The same attempt can fail into two topics, whose offsets say nothing of each other: equal ones
    are told apart by what they say.
    """

    offset: int
    kind: ErrorKind
    code: str | None
    message: str

    @property
    def rank(self) -> tuple[int, str, str, str]:
        """The least counts."""
        return self.offset, self.kind, self.code or "", self.message


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one attempt of one stage.

    Attributes:
        redrive: From 0.
        attempt: From 1.
        started_ms: Earliest, ended_ms: latest, in Unix milliseconds. Shown, they decide nothing.
        answer: Lowest offset of a success in the stage's suggestions.
        not_before_ms: When a waiting attempt is due, in Unix milliseconds; the latest.
    """

    stage: StageName
    redrive: int = 0
    attempt: int = 1
    phase: Phase = Phase.NONE
    term: Term = Term.NONE
    started_ms: int | None = None
    ended_ms: int | None = None
    failure: Failure | None = None
    answer: int | None = None
    not_before_ms: int | None = None

    @property
    def key(self) -> tuple[int, int, int]:
        """Which attempt this is, in the order of the stages."""
        return STAGE_POSITION[self.stage], self.redrive, self.attempt


@dataclass(frozen=True, slots=True)
class Subject:
    """What the job is about, as its records say.

    Attributes:
        source: Rank and offset of the record that says it; the lowest counts.
    """

    source: tuple[int, int]
    table_id: str
    title: str
    stages: tuple[StageName, ...]
    is_new: bool
    accepted_at: datetime


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
    heard: frozenset[StageName] = frozenset()


@dataclass(frozen=True, slots=True)
class JobFold:
    """All that is known of a job.

    Attributes:
        subject: None until a record of the job could be read.
        first_ms: When its first known record was appended, in Unix milliseconds.
        cells: In the order of their keys, one per key.
    """

    subject: Subject | None
    first_ms: int
    cells: tuple[Cell, ...] = ()
    cancel: Cancel = Cancel()

    @property
    def stages(self) -> tuple[StageName, ...]:
        """The stages asked for; without a readable record, those that something is known of."""
        if self.subject is not None:
            return self.subject.stages
        known = {cell.stage for cell in self.cells}
        return tuple(stage for stage in STAGE_ORDER if stage in known)

    def cells_of(self, stage: StageName) -> tuple[Cell, ...]:
        """The attempts of one stage, the latest last."""
        return tuple(cell for cell in self.cells if cell.stage is stage)

    def answer_of(self, stage: StageName) -> int | None:
        """The offset of the record that is the stage's answer."""
        offsets = [cell.answer for cell in self.cells_of(stage) if cell.answer is not None]
        return min(offsets, default=None)


FOLD = TypeAdapter(JobFold)


def kind_of(fold: JobFold) -> str:
    """The kind of job, as a label of a metric."""
    return "extend" if fold.subject is not None and not fold.subject.is_new else "new"


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
        _merge_cells((*one.cells, *other.cells)),
        _merge_cancels(one.cancel, other.cancel),
    )


def _merge_cancels(one: Cancel, other: Cancel) -> Cancel:
    return Cancel(
        _lowest(one.asked_ms, other.asked_ms),
        _lowest(one.heard_ms, other.heard_ms),
        _highest(one.closed_ms, other.closed_ms),
        one.heard | other.heard,
    )


def _merge_subjects(one: Subject | None, other: Subject | None) -> Subject | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda subject: subject.source)


def _merge_cells(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    merged: dict[tuple[int, int, int], Cell] = {}
    for cell in cells:
        known = merged.get(cell.key)
        merged[cell.key] = cell if known is None else _merge_cell(known, cell)
    return tuple(merged[key] for key in sorted(merged))


def _merge_cell(one: Cell, other: Cell) -> Cell:
    return Cell(
        one.stage,
        one.redrive,
        one.attempt,
        max(one.phase, other.phase),
        max(one.term, other.term),
        _lowest(one.started_ms, other.started_ms),
        _highest(one.ended_ms, other.ended_ms),
        _first_failure(one.failure, other.failure),
        _lowest(one.answer, other.answer),
        _highest(one.not_before_ms, other.not_before_ms),
    )


def _first_failure(one: Failure | None, other: Failure | None) -> Failure | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda failure: failure.rank)


def _lowest(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _highest(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
