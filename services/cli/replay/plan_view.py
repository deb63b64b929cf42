"""How the plan of a replay looks in a terminal, and for programs."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from schemas.api.replay.request import DEFAULT_RATE
from schemas.api.replay.run import ReplayStage
from services.cli.replay.expected_view import tell_change, tell_duration, total_cost
from services.cli.terminal.text import plain
from services.replay.expectation import BASIS, warn
from services.replay.plan import Plan
from services.replay.report.amount import show_cost


def plan_lines(plan: Plan, price: str, rate: float = DEFAULT_RATE) -> Iterator[str]:
    """What would run, what that is expected to take, and what is left out.

    Args:
        price: What is known of it, in words.
        rate: Jobs started a second.
    """
    manifest = plan.manifest
    count = len(manifest.jobs)
    yield f"{_jobs(count)} to run again from the {manifest.stage.value} stage; nothing runs yet"
    if manifest.is_live:
        yield "live: people are told of the new jobs, as of any others"
    if manifest.asks_all and len(manifest.stages) > 1:
        yield "every stage is asked, also where it gets the same as before"
    for stage in manifest.expected:
        yield _stage_line(stage)
    yield (
        f"in all {sum(s.calls for s in manifest.expected)} calls, about"
        f" {sum(s.input_tokens for s in manifest.expected):,} tokens in and"
        f" {sum(s.output_tokens for s in manifest.expected):,} out,"
        f" cost {show_cost(total_cost(manifest.expected))}"
    )
    yield f"duration: {tell_duration(count / rate, rate, plan.job_s)}"
    yield f"basis: {BASIS}"
    yield f"price: {plain(price)}"
    yield f"prompt: {tell_change(plan.from_prompts, manifest.prompt_version)}"
    if manifest.prompt is not None:
        yield "its text is in the manifest, and each job brings it along: nothing is to be deployed"
    yield f"model: {tell_change(plan.from_models, manifest.model)}"
    for reason, left_out in Counter(e.reason for e in manifest.excluded).most_common():
        yield f"left out, {_jobs(left_out)}: {reason}"
    if warning := warn(plan.changed):
        yield f"warning: {warning}"


def tell_empty(plan: Plan) -> str:
    """Why a plan is of no job."""
    reasons = Counter(exclusion.reason for exclusion in plan.manifest.excluded)
    if not reasons:
        return "no job that the topics keep is meant by --from, --to, --status, --tag and the like"
    why = "; ".join(f"{_jobs(count)}: {reason}" for reason, count in reasons.most_common())
    return f"no job is left to run again from the {plan.manifest.stage.value} stage: {why}"


def describe_plan(plan: Plan, price: str, rate: float = DEFAULT_RATE) -> dict[str, Any]:
    """The same for programs; the jobs are in the manifest."""
    manifest = plan.manifest
    return {
        "replayId": str(manifest.replay_id),
        "stage": manifest.stage.value,
        "jobs": len(manifest.jobs),
        "isLive": manifest.is_live,
        "asksAll": manifest.asks_all,
        "excluded": dict(Counter(e.reason for e in manifest.excluded)),
        "expected": [e.model_dump(mode="json", by_alias=True) for e in manifest.expected],
        "costUsd": total_cost(manifest.expected),
        "startS": len(manifest.jobs) / rate,
        "jobS": plan.job_s,
        "basis": BASIS,
        "price": price,
        "promptVersion": manifest.prompt_version,
        "bringsPrompt": manifest.prompt is not None,
        "differs": dict(plan.changed),
        "warning": warn(plan.changed),
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


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"
