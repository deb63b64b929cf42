"""Keeps to what may be spent on one job."""

from dataclasses import replace
from typing import Self

from schemas.job.record import StageRecord
from services.failure.error import StageError
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Ask, Question


class JobBudget:
    """The money of one job: asks a model for no more than is left of it.

    Used around an attempt (`with budget:`), it writes on the attempt's failure what it has cost.

    Args:
        limit_usd: What the job may cost; None for no limit.
        spent_usd: What it has cost before this attempt.
    """

    def __init__(self, ask: Ask, limit_usd: float | None, spent_usd: float = 0.0) -> None:
        self._ask = ask
        self._limit_usd = limit_usd
        self._before_usd = spent_usd
        self._is_known = True
        self.spent_usd = 0.0

    @property
    def cost_usd(self) -> float | None:
        """What this attempt has cost; None where the price of a call is not known."""
        return self.spent_usd if self._is_known else None

    async def ask(self, question: Question) -> Answer:
        """Make one call, within what is left."""
        try:
            answer = await self._ask(self._within_limit(question))
        except StageError as error:
            self.spent_usd += error.spent_usd
            raise
        self.spent_usd += answer.worst_usd if answer.cost_usd is None else answer.cost_usd
        self._is_known = self._is_known and answer.cost_usd is not None
        return answer

    def __enter__(self) -> Self:
        """Begin an attempt."""
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """End it."""
        if isinstance(error, StageError):
            error.spent_usd = self.spent_usd

    def _within_limit(self, question: Question) -> Question:
        if self._limit_usd is None:
            return question
        left_usd = self._limit_usd - self._before_usd - self.spent_usd
        return replace(question, budget_usd=max(0.0, left_usd))


def spent_before_usd(record: StageRecord, attempts_usd: float | None) -> float:
    """What a job has cost: its earlier stages, and earlier attempts of the stage it is at."""
    stages = sum(item.cost_usd or 0.0 for item in record.provenance.values())
    return stages + (attempts_usd or 0.0)
