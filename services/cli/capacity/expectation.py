"""What a job is to each stage, by its request: the stages' own plans, with imagined answers."""

from dataclasses import replace

from schemas.job.record import Usage
from services.cli.capacity.load import ASSUMED_CALL_S, ASSUMED_RETRIES, Load, StageLoad
from services.estimate.estimate import Estimate
from services.llm.limit.price import Price


def expect(estimate: Estimate, jobs_per_min: float) -> Load:
    """The load of so many jobs a minute, all of them like the one that was estimated."""
    stages = tuple(
        StageLoad(
            stage=stage.stage,
            calls=stage.calls,
            call_s=ASSUMED_CALL_S,
            input_tokens=stage.input_tokens,
            output_tokens=stage.output_tokens,
            record_bytes=stage.record_bytes,
            retries=ASSUMED_RETRIES if stage.calls else 0.0,
        )
        for stage in estimate.stages
    )
    return Load(jobs_per_min, stages, estimate.request_bytes)


def price(load: Load, model: str, of_model: Price | None) -> Load:
    """The same load with what its calls cost.

    Args:
        of_model: None where nobody knows it.
    """
    stages = tuple(replace(s, cost_usd=_cost_usd(s, model, of_model)) for s in load.stages)
    return replace(load, stages=stages)


def _cost_usd(stage: StageLoad, model: str, of_model: Price | None) -> float | None:
    if not stage.calls:
        return 0.0
    usage = Usage(input_tokens=round(stage.input_tokens), output_tokens=round(stage.output_tokens))
    return of_model.cost_usd(model, usage) if of_model else None
