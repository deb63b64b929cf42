"""Decides whether a replay's stage takes over what the stage of its source has answered. Pure.

It does where nothing of the question is another: stage, input, prompt, model and parameters.
"""

from typing import Any

from pydantic import BaseModel, ValidationError

from schemas.job.earlier import digest_question
from schemas.job.record import EarlierAnswer, StageRecord, Usage
from services.stage_runtime.suggestion.stage import Stage

NO_TOKENS = Usage(input_tokens=0, output_tokens=0)


def find_reusable(
    stage: Stage[Any], record: StageRecord, parameters: str | None
) -> EarlierAnswer | None:
    """What the stage has answered to the same in the source; None where it must be asked.

    Args:
        stage: As the record's job asks it.
        parameters: With which it would be asked; None where that is not known.
    """
    earlier = record.earlier.get(stage.name)
    if earlier is None or record.job.replay is None or parameters is None:
        return None
    made = earlier.provenance
    before = (made.prompt_version, made.prompt_sha, made.parameters)
    if before != (stage.prompt_version, stage.prompt_sha, parameters):
        return None
    return earlier if earlier.question == digest_question(record, stage.name) else None


def read_earlier(stage: Stage[Any], earlier: EarlierAnswer) -> BaseModel | None:
    """Its suggestion; None where this release cannot read it."""
    try:
        return stage.suggestion.model_validate(earlier.suggestion)
    except ValidationError:
        return None


def describe_reuse(record: StageRecord, earlier: EarlierAnswer) -> dict[str, Any]:
    """What is said of an answer that was taken over: it took nothing, and is another job's."""
    made, replay = earlier.provenance, record.job.replay
    return {
        "model": made.model,
        "engine": made.engine,
        "level": made.level,
        "checks": made.checks,
        "checks_run": made.checks_run,
        "missing": made.missing,
        "parameters": made.parameters,
        "usage": NO_TOKENS,
        "calls": 0,
        "cost_usd": 0.0,
        "reused_from": made.reused_from or (replay and replay.source_job_id),
    }
