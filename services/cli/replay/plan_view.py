"""How the plan of a replay looks in a terminal, and for programs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from schemas.api.replay.request import DEFAULT_RATE
from schemas.api.replay.run import ReplayStage
from services.cli.terminal.text import plain
from services.cli.view.time import show_span
from services.replay.expectation import BASIS
from services.replay.plan import BOTH, Plan
from services.replay.report.amount import show_cost


def plan_lines(plan: Plan, price: str) -> Iterator[str]:
    """What would run, what that is expected to take, and what is left out."""
    manifest = plan.manifest
    count = len(manifest.jobs)
    yield f"{_jobs(count)} to run again from the {manifest.stage.value} stage; nothing runs yet"
    if manifest.is_live:
        yield "live: people are told of the new jobs, as of any others"
    for stage in manifest.expected:
        yield _stage_line(stage)
    yield (
        f"in all {sum(s.calls for s in manifest.expected)} calls, about"
        f" {sum(s.input_tokens for s in manifest.expected):,} tokens in and"
        f" {sum(s.output_tokens for s in manifest.expected):,} out,"
        f" cost {show_cost(total_cost(manifest.expected))}"
    )
    yield f"duration: {tell_duration(plan)}"
    yield f"basis: {BASIS}"
    yield f"price: {plain(price)}"
    yield f"prompt: {_change(plan.from_prompts, manifest.prompt_version)}"
    if manifest.prompt is not None:
        yield "its text is in the manifest, and each job brings it along: nothing is to be deployed"
    yield f"model: {_change(plan.from_models, manifest.model)}"
    for reason, left_out in Counter(e.reason for e in manifest.excluded).most_common():
        yield f"left out, {_jobs(left_out)}: {reason}"
    if warning := warn(plan):
        yield f"warning: {warning}"


def tell_duration(plan: Plan) -> str:
    """How long it would take, as far as that is known before anybody says how fast it may be."""
    starts = f"{show_span(_start_s(plan))} until all are started, at {DEFAULT_RATE:g} a second"
    if plan.job_s is None:
        return f"{starts}; how long a job takes is not known"
    return f"{starts}; a job took {show_span(plan.job_s)} in the calls of these stages before"


def _start_s(plan: Plan) -> float:
    return len(plan.manifest.jobs) / DEFAULT_RATE


def tell_empty(plan: Plan) -> str:
    """Why a plan is of no job."""
    reasons = Counter(exclusion.reason for exclusion in plan.manifest.excluded)
    if not reasons:
        return "no job that the topics keep is meant by --from, --to, --status, --tag and the like"
    why = "; ".join(f"{_jobs(count)}: {reason}" for reason, count in reasons.most_common())
    return f"no job is left to run again from the {plan.manifest.stage.value} stage: {why}"


def warn(plan: Plan) -> str | None:
    """What makes its comparison say little."""
    both = plan.changed[BOTH]
    if not both:
        return None
    return (
        f"prompt and model both differ in {_jobs(both)}: no difference can then be told to come"
        " from one of them; plan a replay for each"
    )


def total_cost(expected: Iterable[ReplayStage]) -> float | None:
    """US dollars; None where that of a stage is not known."""
    costs = [stage.cost_usd for stage in expected]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def describe_plan(plan: Plan, price: str) -> dict[str, Any]:
    """The same for programs; the jobs are in the manifest."""
    manifest = plan.manifest
    return {
        "replayId": str(manifest.replay_id),
        "stage": manifest.stage.value,
        "jobs": len(manifest.jobs),
        "isLive": manifest.is_live,
        "excluded": dict(Counter(e.reason for e in manifest.excluded)),
        "expected": [e.model_dump(mode="json", by_alias=True) for e in manifest.expected],
        "costUsd": total_cost(manifest.expected),
        "startS": _start_s(plan),
        "jobS": plan.job_s,
        "basis": BASIS,
        "price": price,
        "promptVersion": manifest.prompt_version,
        "bringsPrompt": manifest.prompt is not None,
        "differs": dict(plan.changed),
        "warning": warn(plan),
    }


def _stage_line(stage: ReplayStage) -> str:
    unknown = stage.jobs - stage.measured - stage.assumed
    parts = ((stage.assumed, "by the mean"), (unknown, "not known"))
    notes = "".join(f", {count} {how}" for count, how in parts if count)
    return (
        f"  {stage.stage.value:<7}{_jobs(stage.jobs):>9}{stage.calls:>7} calls"
        f"{stage.input_tokens:>11,} in{stage.output_tokens:>10,} out"
        f"  {show_cost(stage.cost_usd)}{notes}"
    )


def _change(before: tuple[str, ...], after: str | None) -> str:
    was = plain(", ".join(before)) or "not known"
    if after is None:
        return f"{was}; whichever the agents call then"
    return f"{plain(after)}, as before" if before == (after,) else f"{plain(after)}, was {was}"


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"
