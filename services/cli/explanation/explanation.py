"""Three sentences about a stack: are users served, what is wrong and what to do, what it costs.

They are worked out from what the processes export, the same that dashboards and alerts show.
"""

from services.cli.explanation.cause import LOOKS
from services.cli.explanation.duration import say_s
from services.cli.explanation.metrics import Metrics
from services.cli.explanation.sighting import P, Sighting

STALE_S = 300
MOST = 0.5
CANARY = "a canary (the gateway's own test job, which calls no model) got through"


def explain(sighting: Sighting) -> tuple[str, str, str]:
    """The three sentences."""
    cause = next((c for look in LOOKS for c in look(sighting)), None)
    if cause is None:
        wrong = "Nothing is wrong, and nothing waits longer than it should."
    else:
        more = f" (docs/runbook.md, {cause.alert})" if cause.alert else ""
        wrong = f"{cause.what}: {cause.do}{more}."
    return _tell_served(sighting), wrong, _tell_cost(sighting)


def _tell_served(sighting: Sighting) -> str:
    if sighting.gateway is None:
        return f"Nobody is served: {sighting.absence.told}."
    name = f"{P}jobs_finished_total"
    failed = sighting.gateway.total(name, outcome="failed")
    ended = sighting.gateway.total(name)
    since = f"{failed:.0f} of {ended:.0f} runs of jobs failed since the gateway was started"
    if failed > MOST * ended:
        since = (
            f"most failed: {failed:.0f} of {ended:.0f} runs of jobs since the gateway was started"
        )
    age_s = sighting.age_s("canary_last_success_timestamp_seconds")
    if age_s is None:
        return f"The gateway answers, and no canary is sent; {since}."
    if age_s > STALE_S:
        return f"Jobs do not get through: no canary has for {say_s(age_s)}; {since}."
    ago = f"{say_s(max(0.0, age_s))} ago"
    if held := _hold(sighting):
        return f"Jobs that need {held} wait; {CANARY} {ago}; {since}."
    return f"Gateway and stages pass jobs on: {CANARY} {ago}; {since}."


def _hold(sighting: Sighting) -> str:
    """What jobs wait for since the last canary, by name; "" for nothing."""
    stages = {
        stage
        for name in ("stage_parked", "llm_circuit_open")
        for stage in sighting.stages_with(name)
    }
    return ", ".join([*sighting.silent, *(f"the stage {stage}" for stage in sorted(stages))])


def _tell_cost(sighting: Sighting) -> str:
    gateway = sighting.gateway or Metrics()
    day = gateway.most(f"{P}spend_usd", since="day")
    month = gateway.most(f"{P}spend_usd", since="month")
    if day is None or month is None:
        return "What jobs have cost is not known now."
    return f"Jobs have cost {day:.2f} USD today and {month:.2f} USD this month (UTC)."
