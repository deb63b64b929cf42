"""What is known of one attempt of a stage, in parts whose merge does not depend on any order.

Nothing here is a status: that is computed from the cells.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeVar

from schemas.kafka.headers import ErrorKind
from schemas.stage import STAGE_ORDER, StageName

T = TypeVar("T", str, "Letter")

Letter = tuple[int, int]
"""Offset and partition of a dead letter in its stage's topic."""

STAGE_POSITION = {stage: position for position, stage in enumerate(STAGE_ORDER)}


class Phase(IntEnum):
    """How far an attempt has come since it was last parked; the largest counts."""

    NONE = 0
    SCHEDULED = 1
    WAITING = 2  # putting the record back when it is due is no step back
    STARTED = 3


class Term(IntEnum):
    """How an attempt ended; the largest counts, so that a success wins whenever it arrives."""

    NONE = 0
    FAILED = 1
    CANCELLED = 2
    SUCCEEDED = 3


@dataclass(frozen=True, slots=True)
class AttemptFailure:
    """Why an attempt failed or was parked. Of several, the one with the least rank counts.

    What ended the attempt comes before what parked it, and the last parking before those before.
    The same attempt can fail into two topics, whose offsets say nothing of each other: equal ones
    are told apart by what they say.

    Attributes:
        parked: How often the attempt had been parked, this time included; 0 where it ended.
    """

    offset: int
    kind: ErrorKind
    code: str | None
    message: str
    parked: int = 0

    @property
    def rank(self) -> tuple[bool, int, int, str, str, str]:
        """The least counts."""
        said = (self.offset, self.kind, self.code or "", self.message)
        return self.parked > 0, -self.parked, *said


@dataclass(frozen=True, slots=True)
class Calls:
    """How far the calls of an attempt have come, as it has said; the largest of each part counts.

    Attributes:
        done: Calls that were answered.
        planned: Calls in all, as they were planned when so many were done.
        share: Done of planned in ten-thousandths. It never falls, though more may be planned.
    """

    done: int
    planned: int
    share: int

    @classmethod
    def count(cls, done: int, planned: int) -> "Calls":
        """So many of so many, of which one at least is still to come."""
        planned = max(planned, done + 1)
        return cls(done, planned, done * 10_000 // planned)


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one attempt of one stage.

    Attributes:
        redrive: From 0.
        attempt: From 1.
        started_ms: Earliest, ended_ms: latest, in Unix milliseconds. Shown, they decide nothing.
        answer: Lowest offset of a success in the stage's suggestions.
        not_before_ms: When a waiting attempt is due, in Unix milliseconds; the latest.
        parked: How often the attempt has been parked; it then waits and begins again.
        deadline_ms: When nothing is called for it any more, in Unix milliseconds; None for never,
            or where no record says it.
        calls: How far its calls have come; None where it has not said.
        spent: What it and those of the stage before it have cost, in millionths of a US dollar;
            None where nothing says it.
        engine: What has answered; None where it has not, or no record says it.
        letter: Where the dead letter lies that ended it, None where none did. Of repeats the first.
        put_back: How often it had been parked when it last came back from a tier; None before.
    """

    stage: StageName
    redrive: int = 0
    attempt: int = 1
    phase: Phase = Phase.NONE
    term: Term = Term.NONE
    started_ms: int | None = None
    ended_ms: int | None = None
    failure: AttemptFailure | None = None
    answer: int | None = None
    not_before_ms: int | None = None
    parked: int = 0
    deadline_ms: int | None = None
    calls: Calls | None = None
    spent: int | None = None
    engine: str | None = None
    letter: Letter | None = None
    put_back: int | None = None

    @property
    def progress(self) -> tuple[int, Phase]:
        """How far the attempt has come: each parking begins its phases anew."""
        return self.parked, self.phase

    @property
    def is_put_back(self) -> bool:
        """Whether it lies before its stage again, and no time is waited for."""
        return self.put_back is not None and self.put_back >= self.parked

    @property
    def has_begun(self) -> bool:
        """Whether a call of the attempt has begun, or is known to have been of no use."""
        return self.phase is Phase.STARTED or self.parked > 0 or self.term is not Term.NONE

    @property
    def key(self) -> tuple[int, int, int]:
        """Which attempt this is, in the order of the stages."""
        return STAGE_POSITION[self.stage], self.redrive, self.attempt


def merge_cells(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Join what is said of the same attempts: one cell for each, in the order of their keys."""
    merged: dict[tuple[int, int, int], Cell] = {}
    for cell in cells:
        known = merged.get(cell.key)
        merged[cell.key] = cell if known is None else _merge_cell(known, cell)
    return tuple(merged[key] for key in sorted(merged))


def _merge_cell(one: Cell, other: Cell) -> Cell:
    parked, phase = max(one.progress, other.progress)
    return Cell(
        one.stage,
        one.redrive,
        one.attempt,
        phase,
        max(one.term, other.term),
        lowest(one.started_ms, other.started_ms),
        highest(one.ended_ms, other.ended_ms),
        _first_failure(one.failure, other.failure),
        lowest(one.answer, other.answer),
        highest(one.not_before_ms, other.not_before_ms),
        parked,
        highest(one.deadline_ms, other.deadline_ms),
        _merge_calls(one.calls, other.calls),
        highest(one.spent, other.spent),
        _first(one.engine, other.engine),
        _first(one.letter, other.letter),
        highest(one.put_back, other.put_back),
    )


def _first(one: T | None, other: T | None) -> T | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


def _merge_calls(one: Calls | None, other: Calls | None) -> Calls | None:
    if one is None or other is None:
        return one or other
    furthest = max(one, other, key=lambda calls: (calls.done, calls.planned))
    return replace(furthest, share=max(one.share, other.share))


def _first_failure(
    one: AttemptFailure | None, other: AttemptFailure | None
) -> AttemptFailure | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda failure: failure.rank)


def lowest(one: int | None, other: int | None) -> int | None:
    """The lower of two numbers, of which None is none."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def highest(one: int | None, other: int | None) -> int | None:
    """The higher of two numbers, of which None is none."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
