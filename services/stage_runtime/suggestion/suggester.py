"""Gets a stage's suggestion for a record, and says how it came about."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from schemas.job.check import CheckAction, CheckOutcome
from schemas.job.record import StageRecord
from services.check.finding import sum_up
from services.llm.exchange.question import NO_BOUNDS, Ask, Bounds
from services.stage_runtime.suggestion.answer_keeper import (
    NO_ANSWERS,
    AnswerKeeper,
    AttemptAnswers,
)
from services.stage_runtime.suggestion.ask_loop import AskLoop
from services.stage_runtime.suggestion.draft import DraftResult
from services.stage_runtime.suggestion.earlier_answer import (
    describe_reuse,
    find_reusable,
    read_earlier,
)
from services.stage_runtime.suggestion.job_budget import JobBudget, spent_before_usd
from services.stage_runtime.suggestion.stage import Stage
from services.telemetry import metric
from services.telemetry.log import get_log
from services.telemetry.trace import attribute
from services.telemetry.trace.span import current_span

log = get_log()


async def wait(seconds: float) -> None:
    """Wait between quick retries."""
    await asyncio.sleep(seconds)  # noqa: TID251 - a policy of verdict.py


@dataclass(frozen=True)
class Suggested:
    """A suggestion of which all that can be used is used.

    Attributes:
        provenance: What the calls and checks add to the suggestion's provenance; empty where no
            call was needed.
        is_first_usable: Whether something of the first answer could be used; None where no call was
            needed.
    """

    suggestion: BaseModel | None
    provenance: dict[str, Any] = field(default_factory=dict)
    is_first_usable: bool | None = None


@dataclass(frozen=True)
class Suggester:
    """Gets the suggestions of one stage.

    Attributes:
        ask: Makes one model call.
        pause: Waits so many seconds between quick retries.
        parameters: Names what it asks with; None where that is not known.
    """

    stage: Stage[Any]
    ask: Ask
    pause: Callable[[float], Awaitable[None]] = wait
    parameters: str | None = None

    async def suggest(
        self,
        record: StageRecord,
        bounds: Bounds = NO_BOUNDS,
        answers: AttemptAnswers = NO_ANSWERS,
    ) -> Suggested:
        """Ask for what the record's job wants of this stage, but for what is answered already.

        Raises:
            StageError: No usable answer came.
        """
        _tell_job(record)
        ready = self.stage.answer_without_call(record)
        if ready is not None:
            return Suggested(ready)
        if (taken := self._take_over(record)) is not None:
            return taken
        limit_usd = record.job.options.max_cost_usd
        keeper = AnswerKeeper(self.ask, answers)
        with JobBudget(keeper.ask, limit_usd, spent_before_usd(record, bounds.spent_usd)) as budget:
            stage = self.stage.as_asked_by(record.job)
            loop = AskLoop(stage, budget.ask, self.pause, bounds)
            try:
                result = await loop.run(record)
            finally:
                self._count_first(loop)
        found = sum_up(result.found)
        self._tell(record, loop, result, found, keeper.recalled)
        cost_usd = None if budget.cost_usd is None else budget.cost_usd + (bounds.spent_usd or 0.0)
        current_span().tell({attribute.CALLS: loop.total.calls, attribute.COST_USD: cost_usd})
        return Suggested(
            result.suggestion,
            {
                **loop.total.describe(),
                "parameters": self.parameters,
                "re_asks": loop.re_asks,
                "cost_usd": cost_usd,
                "checks": found,
                "checks_run": self.stage.checks,
                "missing": result.missing,
            },
            loop.is_first_usable,
        )

    def _take_over(self, record: StageRecord) -> Suggested | None:
        """What the source's stage has answered to the same; None where it must be asked."""
        stage = self.stage.as_asked_by(record.job)
        earlier = find_reusable(stage, record, self.parameters)
        suggestion = None if earlier is None else read_earlier(stage, earlier)
        if earlier is None or suggestion is None:
            return None
        metric.ANSWERS_REUSED.labels(stage.name.value).inc()
        described = describe_reuse(record, earlier)
        told = {"stage": stage.name.value, "reused_from": str(described["reused_from"])}
        log.info("answer_reused", job_id=str(record.job.job_id), **told)
        return Suggested(suggestion, described)

    def _count_first(self, loop: AskLoop) -> None:
        if loop.is_first_usable is not None:
            worth = "usable" if loop.is_first_usable else "unusable"
            metric.FIRST_ANSWERS.labels(self.stage.name.value, worth).inc()

    def _tell(
        self,
        record: StageRecord,
        loop: AskLoop,
        result: DraftResult,
        found: tuple[CheckOutcome, ...],
        recalled: int,
    ) -> None:
        stage = self.stage.name.value
        metric.ANSWERS_RECALLED.labels(stage).inc(recalled)
        metric.RE_ASKS.labels(stage).inc(loop.re_asks)
        for item in found:
            metric.CHECKS.labels(stage, item.id, item.action.value).inc(item.count)
        counts = {
            action: sum(i.count for i in found if i.action is action) for action in CheckAction
        }
        log.info(
            "answer_checked",
            job_id=str(record.job.job_id),
            stage=stage,
            prompt_version=loop.stage.prompt_version,
            calls=loop.total.calls,
            recalled=recalled,
            is_first_usable=loop.is_first_usable,
            checks=sorted({item.id for item in found}),
            missing=[f"{item.given} of {item.asked} {item.what.value}" for item in result.missing],
            **{action.value.replace("-", "_"): count for action, count in counts.items()},
        )


def _tell_job(record: StageRecord) -> None:
    """Say of the record's span whose job it is of, and which one that runs again."""
    job = record.job
    replay_of = str(job.replay.source_job_id) if job.replay else None
    current_span().tell({attribute.TENANT: job.tenant, attribute.REPLAY_OF: replay_of})
