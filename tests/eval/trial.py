"""Runs one case through the stages' own code, in this process and without Kafka."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import ValidationError

from schemas.job.check import CheckOutcome, Missing
from schemas.job.job import accept
from schemas.job.record import Provenance, StageRecord
from schemas.stage import StageName
from services.failure.error import ProviderError, StageError
from services.lifecycle.clock import utc_now
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Ask, Question
from services.stage_runtime.suggestion.stage import Stage
from services.stage_runtime.suggestion.suggester import Suggester
from tests.eval.case import Case

Stages = Mapping[StageName, Stage[Any]]


@dataclass(frozen=True)
class Exchange:
    """One model call of a stage: an answer, or the error in its place."""

    stage: StageName
    seconds: float
    answer: Answer | None = None
    error: StageError | None = None


@dataclass(frozen=True)
class Step:
    """What a stage answered to a record.

    Attributes:
        checks: What its checks came to.
        missing: What was asked for and is not there.
        re_asks: How often something was asked for again.
        is_first_usable: Whether something of its first answer could be used; None without a call.
    """

    stage: StageName
    before: StageRecord
    after: StageRecord
    checks: tuple[CheckOutcome, ...] = ()
    missing: tuple[Missing, ...] = ()
    re_asks: int = 0
    is_first_usable: bool | None = None


@dataclass
class Trial:
    """What came of a case.

    Attributes:
        record: The job with all suggestions that there are.
        steps: One for each stage that has answered.
        failure: What ended it early; None where every stage has answered.
    """

    case: Case
    record: StageRecord
    steps: list[Step] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    failure: StageError | None = None


async def run_case(case: Case, stages: Stages, ask: Ask) -> Trial:
    """Ask the stages that the case wants, each with what those before it have answered."""
    job_id = uuid5(NAMESPACE_URL, case.id)
    trial = Trial(case, StageRecord(job=accept(case.to_request(), job_id, utc_now())))
    for name in trial.record.job.stages:
        try:
            await _run_stage(trial, stages[name], ask)
        except StageError as error:
            trial.failure = error
            break
    return trial


async def _run_stage(trial: Trial, stage: Stage[Any], ask: Ask) -> None:
    begun_at, before = utc_now(), trial.record
    suggested = await Suggester(stage, _listen(trial, stage.name, ask)).suggest(before)
    told = suggested.provenance
    provenance = Provenance(
        prompt_version=stage.prompt_version,
        prompt_sha=stage.prompt_sha,
        started_at=begun_at,
        ended_at=utc_now(),
        **told,
    )
    trial.record = before.with_result(stage.name, suggested.suggestion, provenance)
    checks, missing = told.get("checks", ()), told.get("missing", ())
    re_asks, is_usable = told.get("re_asks", 0), suggested.is_first_usable
    step = Step(stage.name, before, trial.record, checks, missing, re_asks, is_usable)
    trial.steps.append(step)


def _listen(trial: Trial, stage: StageName, ask: Ask) -> Ask:
    async def listen(question: Question) -> Answer:
        begun = time.monotonic()
        try:
            answer = await ask(question)
        except StageError as error:
            trial.exchanges.append(Exchange(stage, time.monotonic() - begun, error=error))
            raise
        trial.exchanges.append(Exchange(stage, time.monotonic() - begun, answer))
        return answer

    return listen


def fits_at_first_try(trial: Trial, stages: Stages) -> bool:
    """Whether each stage's first answer is JSON in the shape of its contract.

    A server that does not answer says nothing of its model.
    """
    firsts: dict[StageName, Exchange] = {}
    answered = (e for e in trial.exchanges if not isinstance(e.error, ProviderError))
    for exchange in answered:
        firsts.setdefault(exchange.stage, exchange)
    return all(_fits(exchange, stages) for exchange in firsts.values())


def _fits(exchange: Exchange, stages: Stages) -> bool:
    if exchange.answer is None:
        return False
    try:
        stages[exchange.stage].wire.model_validate_json(exchange.answer.content)
    except ValidationError:
        return False
    return True


def judge_firsts(trial: Trial) -> dict[StageName, bool]:
    """By stage: whether something of its first answer could be used.

    A stage that has failed had none to use, unless it was the server that did not answer.
    """
    firsts = {step.stage: step.is_first_usable for step in trial.steps}
    if trial.failure and not isinstance(trial.failure, ProviderError) and trial.exchanges:
        firsts.setdefault(trial.exchanges[-1].stage, False)
    return {stage: is_usable for stage, is_usable in firsts.items() if is_usable is not None}
