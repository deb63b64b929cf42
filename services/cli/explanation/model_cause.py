"""What may be wrong with model calls, and with what they cost."""

from collections.abc import Iterator

from services.cli.explanation.metrics import Metrics
from services.cli.explanation.sighting import FEW_CALLS, Cause, P, Sighting

NEAR = 0.8
LIMITED_SHARE, FAILING_SHARE = 0.1, 0.2
SLOW_S, SLOWER = 2.0, 3.0
"""Calls are slow that take so long, and so many times what they took before the last minute."""

PARKED_FOR = {
    "key-refused": ("the model provider refuses the key", "set OPENAI_API_KEY to a valid one"),
    "no-money": ("the model provider's account has no money", "pay, or see its billing page"),
    "daily-budget": (
        "the budget of the day is spent",
        "raise LLM_DAILY_BUDGET_USD, or wait for midnight UTC",
    ),
    "flood": (
        "it was giving up on most records, and more would become dead letters",
        "`brainshare dead-letters groups` says why; mend that, then `brainshare restart` it",
    ),
    "no-such-model": ("the model does not exist", "set LLM_MODEL to one that the server has"),
    "wrong-address": ("no model server is at that address", "look at OPENAI_BASE_URL"),
    "no-access": ("the account may not use the model", "see the provider's settings"),
    "not-permitted": ("the provider does not permit the calls", "see the provider's settings"),
    "rate-limited": ("the provider's rate limit is reached", "lower LLM_REQUESTS_PER_MINUTE"),
    "overloaded": ("the provider is overloaded", "see its status page; it goes on by itself"),
    "provider-down": ("the provider is down", "see its status page; it goes on by itself"),
}
"""What a stage is parked for, by the label that its worker exports: what is told, and what to do.
What is not here is told in general."""
DOWN = "the model server is down: "
"""How a worker begins to say why; the sentence has said it."""
SETTING = "look at "
"""A reason that names a setting sends nobody to the status page of a provider."""
UNKNOWN = ("no call can succeed: key, money, model or provider", "`brainshare doctor` says which")


def find_provider(sighting: Sighting) -> Iterator[Cause]:
    """Calls fail so that the provider is held to be down."""
    if stages := sighting.stages_with("llm_circuit_open"):
        infos = (labels for _, m in sighting.seen for labels, _ in m.find(f"{P}llm_info"))
        names = sorted({labels["profile"] for labels in infos if labels["stage"] in stages})
        what = f"The model provider ({', '.join(names)}) is down for {', '.join(stages)}"
        why = sighting.why_with("llm_circuit_open").removeprefix(DOWN)
        do = "see its status page; stages go on by themselves"
        if SETTING in why:
            do = f"{why}; stages go on by themselves once it answers"
        elif why:
            do = f"{why}; {do}"
        yield Cause(what, do, "ProviderOutage")


def find_parked(sighting: Sighting) -> Iterator[Cause]:
    """A stage takes no work."""
    if stages := sighting.stages_with("stage_parked"):
        told = (s for _, m in sighting.seen for s in m.find(f"{P}stage_parked_for"))
        reasons = [labels["reason"] for labels, value in told if value]
        known = next((PARKED_FOR[reason] for reason in reasons if reason in PARKED_FOR), UNKNOWN)
        what = f"The stage {', '.join(stages)} takes no work"
        why = sighting.why_with("stage_parked")
        if why and (known is UNKNOWN or known is PARKED_FOR["wrong-address"]):
            yield Cause(what, why, "StageParked")
        else:
            yield Cause(f"{what}, because {known[0]}", known[1], "StageParked")


def find_limited(sighting: Sighting) -> Iterator[Cause]:
    """Calls are refused for their rate."""
    for stage, calls in sighting.recent_calls.items():
        limited, total = calls.get("rate-limited", 0), sum(calls.values())
        if total >= FEW_CALLS and limited > LIMITED_SHARE * total:
            share = f"{limited / total:.0%} of the calls of the stage {stage}"
            what = f"The model provider refuses {share} for their rate (429)"
            do = "lower LLM_REQUESTS_PER_MINUTE to what it gives, or ask it for more"
            yield Cause(what, do, "ModelRateLimited")


def find_failing_calls(sighting: Sighting) -> Iterator[Cause]:
    """Calls fail, and the provider is not yet held to be down."""
    for stage, calls in sighting.recent_calls.items():
        failed = {name: count for name, count in calls.items() if name != "ok"}
        worst = max(failed, key=lambda name: failed[name], default="")
        total = sum(calls.values())
        if total >= FEW_CALLS and sum(failed.values()) > FAILING_SHARE * total:
            share = f"{sum(failed.values()) / total:.0%} of the model calls of the stage {stage}"
            what = f"{share} fail, most as {worst}{_tell_letters(sighting, stage)}"
            do = "`brainshare doctor`, and the stage's log, say more"
            yield Cause(what, do, "ModelErrors")


def _tell_letters(sighting: Sighting, stage: str) -> str:
    """What has come of it already; "" for nothing that waits for a person."""
    count = (sighting.gateway or Metrics()).total(f"{P}dead_letters_open", stage=stage)
    return f", and {count:.0f} dead letters wait for a person" if count > 1 else ""


def find_slow(sighting: Sighting) -> Iterator[Cause]:
    """Calls take much longer than they do as a rule."""
    for stage, (now_s, usual_s) in sighting.call_seconds.items():
        if now_s > max(SLOW_S, SLOWER * usual_s):
            what = f"The model provider is slow: calls of the stage {stage} take {now_s:.1f} s"
            do = "see its status page; another LLM_MODEL may be faster"
            yield Cause(f"{what}, and {usual_s:.1f} s as a rule", do, "JobLatencyBurn")


def find_budget(sighting: Sighting) -> Iterator[Cause]:
    """A worker has spent most of what it may."""
    for name, found in sighting.seen:
        budget = found.most(f"{P}llm_daily_budget_usd") or 0
        spent = found.most(f"{P}llm_spent_today_usd") or 0
        if budget and spent / budget > NEAR:
            what = f"{name} has spent {spent / budget:.0%} of its day's {budget:g} USD"
            yield Cause(what, "raise LLM_DAILY_BUDGET_USD, or let it park", "SpendNearBudget")
