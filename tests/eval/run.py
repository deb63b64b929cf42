"""Runs cases against the configured model server, and collects what came of them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from schemas.job.record import Engine
from schemas.stage import StageName
from services.column_agent.stage import STAGE as COLUMN_STAGE
from services.llm.server.settings import LlmSettings
from services.row_agent.stage import STAGE as ROW_STAGE
from services.table_agent.stage import STAGE as TABLE_STAGE
from tests.eval.asking import open_ask
from tests.eval.case import Case
from tests.eval.judgement import judge
from tests.eval.outcome import CaseOutcome, Evaluation, PromptNote
from tests.eval.trial import Stages, Trial, run_case

CASES_AT_A_TIME = 8
STAGES: Stages = {stage.name: stage for stage in (TABLE_STAGE, COLUMN_STAGE, ROW_STAGE)}


@dataclass(frozen=True)
class Plan:
    """What is run.

    Attributes:
        models: One settings object for each model.
        repeats: How often each case is run.
        at_a_time: How many cases are run at a time.
        tell: Called with each case as it ends: of a real model, one takes minutes.
    """

    cases: Sequence[Case]
    models: Sequence[LlmSettings]
    stages: Stages
    repeats: int = 1
    at_a_time: int = CASES_AT_A_TIME
    tell: Callable[[Trial], None] = lambda trial: None


async def evaluate(plan: Plan) -> Evaluation:
    """Run a plan; a case that fails is an outcome like any other."""
    outcomes: list[CaseOutcome] = []
    engines: set[Engine] = set()
    for settings in plan.models:
        for trial, repeat in await _run_model(plan, settings):
            outcomes.append(judge(trial, plan.stages, settings.effective_model, repeat))
            engines |= {e.answer.engine for e in trial.exchanges if e.answer}
    return Evaluation(
        engine=next((str(engine) for engine in Engine if engine in engines), "none"),
        models=tuple(settings.effective_model for settings in plan.models),
        prompts={
            name: PromptNote(version=stage.prompt_version, sha=stage.prompt_sha)
            for name, stage in plan.stages.items()
        },
        outcomes=tuple(outcomes),
    )


async def _run_model(plan: Plan, settings: LlmSettings) -> list[tuple[Trial, int]]:
    slots = asyncio.Semaphore(plan.at_a_time)
    async with open_ask(settings, plan.at_a_time) as ask:

        async def run(case: Case, repeat: int) -> tuple[Trial, int]:
            async with slots:
                trial = await run_case(case, plan.stages, ask)
            plan.tell(trial)
            return trial, repeat

        repeats = range(plan.repeats)
        return await asyncio.gather(*(run(case, n) for n in repeats for case in plan.cases))


def with_prompts(stages: Stages, files: Mapping[StageName, Path]) -> Stages:
    """Return the stages with the instructions of these files; their names are the versions."""
    changed = {
        name: replace(stages[name], instructions=file.read_text("utf-8"), prompt_version=file.stem)
        for name, file in files.items()
    }
    return {**stages, **changed}
