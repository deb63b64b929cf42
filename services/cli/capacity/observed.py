"""What a job is to each stage, by what running workers export."""

from collections.abc import Sequence
from dataclasses import replace

from services.cli.capacity.load import Load, StageLoad
from services.cli.explanation.metrics import Metrics

CALLS = "brainshare_llm_requests_total"
DURATION = "brainshare_llm_duration_seconds"
TOKENS = "brainshare_llm_tokens_total"
CALLED = "brainshare_first_answers_total"
RETRIES = "brainshare_stage_retries_total"


def observe(load: Load, workers: Sequence[Metrics]) -> Load:
    """The load with what the workers have seen since they began; the rest as it was."""
    return replace(load, stages=tuple(_observe(stage, workers) for stage in load.stages))


def count_calls(workers: Sequence[Metrics]) -> int:
    """How many calls they have made, which is what such figures rest on."""
    return round(sum(worker.total(CALLS) for worker in workers))


def _observe(stage: StageLoad, workers: Sequence[Metrics]) -> StageLoad:
    """Records that called no model, such as the canary's, count for nothing."""

    def total(name: str, **labels: str) -> float:
        return sum(worker.total(name, stage=stage.stage.value, **labels) for worker in workers)

    calls, timed, called = total(CALLS), total(f"{DURATION}_count"), total(CALLED)
    if not (calls and timed and called):
        return stage
    retries = total(RETRIES)
    deliveries = called + retries
    return replace(
        stage,
        calls=calls / deliveries,
        call_s=total(f"{DURATION}_sum") / timed,
        input_tokens=total(TOKENS, kind="input") / deliveries,
        output_tokens=total(TOKENS, kind="output") / deliveries,
        retries=retries / called,
    )
