"""How the estimate of a job looks in a terminal, and for programs."""

from collections.abc import Iterator
from typing import Any

from services.cli.terminal.text import plain
from services.estimate.estimate import BASIS, Estimate
from services.replay.report.amount import show_cost


def estimate_lines(name: str, found: Estimate) -> Iterator[str]:
    """What a job would take: in all, then stage by stage."""
    yield (
        f"{plain(name)}: {_count(found.calls)}, about {found.input_tokens:,} tokens in and"
        f" {found.output_tokens:,} out, cost {show_cost(found.cost_usd)}"
    )
    for stage in found.stages:
        yield (
            f"  {stage.stage.value:<7}{_count(stage.calls):>9}{stage.input_tokens:>11,} in"
            f"{stage.output_tokens:>10,} out  {show_cost(stage.cost_usd)}"
        )


def basis_lines(model: str) -> Iterator[str]:
    """What an estimate rests on."""
    yield f"basis: {BASIS}"
    yield f"price: {plain(model)}"


def describe_estimate(name: str, found: Estimate, model: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "source": name,
        "calls": found.calls,
        "inputTokens": found.input_tokens,
        "outputTokens": found.output_tokens,
        "costUsd": found.cost_usd,
        "stages": [
            {
                "stage": stage.stage.value,
                "calls": stage.calls,
                "inputTokens": stage.input_tokens,
                "outputTokens": stage.output_tokens,
                "costUsd": stage.cost_usd,
            }
            for stage in found.stages
        ],
        "basis": BASIS,
        "price": model,
    }


def _count(calls: int) -> str:
    return "1 call" if calls == 1 else f"{calls} calls"
