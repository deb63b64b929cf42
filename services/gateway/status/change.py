"""Folds a batch of facts into what is known of their jobs. Pure; the store loads and saves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.gateway.status.fact import Fact
from services.gateway.status.fold import JobFold, merge


@dataclass(frozen=True, slots=True)
class ProjectedJob:
    """A job as it is projected.

    Attributes:
        version: The number of records folded, so that it grows with every change.
    """

    fold: JobFold
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch made of a job. `before` is None for a job that was not known.

    Attributes:
        last: The fact of it that was read last, None where nobody asks.
    """

    job_id: str
    before: ProjectedJob | None
    after: ProjectedJob
    last: Fact | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FoldedBatch:
    """What is to be saved.

    Attributes:
        history: Each fact with its sequence number within its job, from 1.
        answers: The successes that are now the answer of their stage.
    """

    changes: tuple[Change, ...]
    history: tuple[tuple[int, Fact], ...]
    answers: tuple[Fact, ...]


def fold_batch(known: Mapping[str, ProjectedJob], facts: Sequence[Fact]) -> FoldedBatch:
    """Fold facts, in the order in which they were read, onto what is known."""
    after: dict[str, ProjectedJob] = {}
    history: list[tuple[int, Fact]] = []
    last = {fact.job_id: fact for fact in facts}
    for fact in facts:
        before = after.get(fact.job_id) or known.get(fact.job_id)
        now = _fold(before, fact)
        after[fact.job_id] = now
        history.append((now.version, fact))
    return FoldedBatch(
        tuple(Change(j, known.get(j), now, last[j]) for j, now in after.items()),
        tuple(history),
        tuple(fact for fact in facts if _is_answer(after[fact.job_id].fold, fact)),
    )


def _fold(before: ProjectedJob | None, fact: Fact) -> ProjectedJob:
    if before is None:
        return ProjectedJob(fact.fold, 1)
    return ProjectedJob(merge(before.fold, fact.fold), before.version + 1)


def _is_answer(fold: JobFold, fact: Fact) -> bool:
    return fact.value is not None and fold.answer_of(fact.stage) == fact.record.offset
