"""Counts and times the model calls of a stage."""

from typing import Any

from services.stage_runtime import metric
from services.stage_runtime.error import StageError
from services.stage_runtime.model_answer import Answer
from services.stage_runtime.suggest import Ask


def observe_calls(stage: str, ask: Ask) -> Ask:
    """The same calls, each counted by how it ended: ok, or the failure's name."""
    in_flight = metric.LLM_IN_FLIGHT.labels(stage)
    duration = metric.LLM_DURATION.labels(stage)

    async def observed(messages: list[dict[str, str]], response_format: dict[str, Any]) -> Answer:
        with in_flight.track_inprogress(), duration.time():
            try:
                answer = await ask(messages, response_format)
            except StageError as error:
                metric.LLM_REQUESTS.labels(stage, error.failure.value).inc()
                raise
        metric.LLM_REQUESTS.labels(stage, "ok").inc()
        return answer

    return observed
