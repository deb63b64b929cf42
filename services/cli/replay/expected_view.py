"""What a replay is expected to take and to change, in words."""

from collections.abc import Iterable, Sequence

from schemas.api.replay.run import ReplayStage
from services.cli.terminal.text import plain
from services.cli.view.time import show_span


def tell_duration(start_s: float, rate: float, job_s: float | None) -> str:
    """How long it would take.

    Args:
        start_s: Until all are started at so many a second.
        job_s: How long a job took before; None where that is not known.
    """
    starts = f"{show_span(start_s)} until all are started, at {rate:g} a second"
    if job_s is None:
        return f"{starts}; how long a job takes is not known"
    return f"{starts}; a job took {show_span(job_s)} in the calls of these stages before"


def tell_change(before: Sequence[str], after: str | None) -> str:
    """What is to answer, and what did; which one is not said where it is whichever is called."""
    was = plain(", ".join(before)) or "not known"
    if after is None:
        return f"{was}; whichever the agents call then"
    is_same = tuple(before) == (after,)
    return f"{plain(after)}, as before" if is_same else f"{plain(after)}, was {was}"


def total_cost(expected: Iterable[ReplayStage]) -> float | None:
    """US dollars; None where that of a stage is not known."""
    costs = [stage.cost_usd for stage in expected]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
