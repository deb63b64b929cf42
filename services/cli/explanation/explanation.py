"""Three sentences about a stack: are users served, what is wrong and what to do, what it costs.

They are worked out from what the processes export, the same that dashboards and alerts show.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from services.cli.explanation.metrics import Metrics

STALE_S, AWAY_S, BEHIND_S, STILL_S, SKEW_S, OLD_S = 300, 90, 60, 60, 5, 1800
NEAR = 0.8
P = "brainshare_"


@dataclass(frozen=True)
class Sighting:
    """What is seen at a moment.

    Attributes:
        gateway: None where it does not answer.
        workers: By name; None for one that does not answer.
        now: Unix time.
    """

    gateway: Metrics | None
    workers: Mapping[str, Metrics | None]
    now: float

    @property
    def seen(self) -> list[tuple[str, Metrics]]:
        """The workers that answer."""
        return [(name, found) for name, found in self.workers.items() if found is not None]

    def age_s(self, name: str) -> float | None:
        """How long ago something was, by the gateway; None where it was never."""
        at = None if self.gateway is None else self.gateway.most(P + name)
        return self.now - at if at else None

    def stages_with(self, name: str, least: float = 1) -> list[str]:
        """Stages of which a worker exports at least this."""
        found = (s for _, m in self.seen for s in m.find(P + name))
        return sorted({labels["stage"] for labels, value in found if value >= least})

    def worst_stage(self, name: str, least: float) -> tuple[str, float] | None:
        """The stage with the most of something, by the gateway, where that is more than `least`."""
        found = [] if self.gateway is None else self.gateway.find(P + name)
        worst = max(((v, s["stage"]) for s, v in found), default=(0.0, ""))
        return (worst[1], worst[0]) if worst[0] > least else None


@dataclass(frozen=True)
class Cause:
    """What is wrong, what to do about it, and the alert whose section in the runbook helps."""

    what: str
    do: str
    alert: str


def explain(sighting: Sighting) -> tuple[str, str, str]:
    """The three sentences."""
    cause = next((c for look in LOOKS for c in look(sighting)), None)
    if cause is None:
        wrong = "Nothing is wrong, and nothing waits longer than it should."
    else:
        wrong = f"{cause.what}: {cause.do} (docs/runbook.md, {cause.alert})."
    return _tell_served(sighting), wrong, _tell_cost(sighting)


def say_s(seconds: float) -> str:
    """A duration in two words."""
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


def _tell_served(sighting: Sighting) -> str:
    if sighting.gateway is None:
        return "Nobody is served: the gateway does not answer."
    name = f"{P}jobs_finished_total"
    failed = sighting.gateway.total(name, outcome="failed")
    ended = sighting.gateway.total(name)
    since = f"{failed:.0f} of {ended:.0f} jobs failed since the gateway was started"
    age_s = sighting.age_s("canary_last_success_timestamp_seconds")
    if age_s is None:
        return f"The gateway answers, and no canary is sent; {since}."
    if age_s > STALE_S:
        return f"Jobs do not get through: no canary has for {say_s(age_s)}; {since}."
    return f"Jobs get through, as a canary did {say_s(max(0.0, age_s))} ago; {since}."


def _tell_cost(sighting: Sighting) -> str:
    gateway = sighting.gateway or Metrics()
    day = gateway.most(f"{P}spend_usd", since="day")
    month = gateway.most(f"{P}spend_usd", since="month")
    if day is None or month is None:
        return "What jobs have cost is not known now."
    return f"Jobs have cost {day:.2f} USD today and {month:.2f} USD this month (UTC)."


def _find_gateway(sighting: Sighting) -> Iterator[Cause]:
    if sighting.gateway is None:
        yield Cause("The gateway is down", "`brainshare logs gateway` says why", "TargetDown")


def _find_broker(sighting: Sighting) -> Iterator[Cause]:
    age_s = sighting.age_s("lag_probed_timestamp_seconds")
    if age_s is not None and age_s > AWAY_S:
        what = f"Kafka has not answered the gateway for {say_s(age_s)}"
        yield Cause(what, "start the broker, and look at its disk", "BrokerAway")


def _find_lost(sighting: Sighting) -> Iterator[Cause]:
    if worst := sighting.worst_stage("stage_records_expired_total", 0):
        what = f"Kafka has deleted {worst[1]:.0f} records that the stage {worst[0]} had not ended"
        yield Cause(what, "`brainshare audit` names the jobs", "RecordsLost")


def _find_still(sighting: Sighting) -> Iterator[Cause]:
    still_s = (sighting.gateway or Metrics()).most(f"{P}projector_still_seconds") or 0
    if still_s > STILL_S:
        what = f"The gateway has folded nothing for {say_s(still_s)}, so that its status is old"
        yield Cause(what, "look at its database and its log", "StatusStale")


def _find_silent(sighting: Sighting) -> Iterator[Cause]:
    silent = [name for name, found in sighting.workers.items() if found is None]
    if silent:
        do = f"`brainshare logs {silent[0]}` says why"
        yield Cause(f"{', '.join(silent)}: no answer", do, "StageDown")


def _find_provider(sighting: Sighting) -> Iterator[Cause]:
    if stages := sighting.stages_with("llm_circuit_open"):
        infos = (labels for _, m in sighting.seen for labels, _ in m.find(f"{P}llm_info"))
        names = sorted({labels["profile"] for labels in infos if labels["stage"] in stages})
        what = f"The model provider ({', '.join(names)}) is down for {', '.join(stages)}"
        yield Cause(what, "see its status page; stages go on by themselves", "ProviderOutage")


def _find_parked(sighting: Sighting) -> Iterator[Cause]:
    if stages := sighting.stages_with("stage_parked"):
        what = f"No call can succeed for {', '.join(stages)}: key, money, model or provider"
        yield Cause(what, "`brainshare doctor` says which", "StageParked")


def _find_idle(sighting: Sighting) -> Iterator[Cause]:
    by_stage: dict[str, float] = {}
    for _, found in sighting.seen:
        for labels, value in found.find(f"{P}partitions_assigned"):
            by_stage[labels["stage"]] = by_stage.get(labels["stage"], 0) + value
    if idle := sorted(stage for stage, count in by_stage.items() if not count):
        what = f"No worker of {', '.join(idle)} has partitions"
        yield Cause(what, "wait a minute after a start, then look at its log", "StageDown")


def _find_retention(sighting: Sighting) -> Iterator[Cause]:
    if worst := sighting.worst_stage("stage_oldest_record_retention_ratio", NEAR):
        what = f"A record before the stage {worst[0]} is at {worst[1]:.0%} of its retention"
        yield Cause(what, "let the stage run, or keep the topic longer", "RetentionNear")


def _find_behind(sighting: Sighting) -> Iterator[Cause]:
    name = f"{P}consumer_oldest_pending_timestamp_seconds"
    waiting = (sighting.gateway or Metrics()).find(name)
    since, stage = min(((at, s["stage"]) for s, at in waiting), default=(sighting.now, ""))
    if (behind_s := sighting.now - since) > BEHIND_S:
        what = f"The stage {stage} is {say_s(behind_s)} behind"
        yield Cause(what, "add workers, or see what its calls wait for", "LagGrowing")


def _find_budget(sighting: Sighting) -> Iterator[Cause]:
    for name, found in sighting.seen:
        budget = found.most(f"{P}llm_daily_budget_usd") or 0
        spent = found.most(f"{P}llm_spent_today_usd") or 0
        if budget and spent / budget > NEAR:
            what = f"{name} has spent {spent / budget:.0%} of its day's {budget:g} USD"
            yield Cause(what, "raise LLM_DAILY_BUDGET_USD, or let it park", "SpendNearBudget")


def _find_letters(sighting: Sighting) -> Iterator[Cause]:
    if worst := sighting.worst_stage("dead_letters_open", 0):
        what = f"{worst[1]:.0f} dead letters of the stage {worst[0]} wait for a person"
        yield Cause(what, "`brainshare dead-letters groups` says why", "DeadLetters")


def _find_old_job(sighting: Sighting) -> Iterator[Cause]:
    age_s = sighting.age_s("oldest_in_flight_job_accepted_timestamp_seconds")
    if age_s is not None and age_s > OLD_S:
        what = f"A job has been open for {say_s(age_s)}"
        yield Cause(what, "`brainshare audit` and `brainshare status` say where", "OldestJobTooOld")


def _find_skew(sighting: Sighting) -> Iterator[Cause]:
    for name, found in [("gateway", sighting.gateway or Metrics()), *sighting.seen]:
        skew_s = found.most(f"{P}clock_ahead_of_broker_seconds") or 0
        if abs(skew_s) > SKEW_S:
            what = f"The clock of {name} is {abs(skew_s):.0f} s off the broker's"
            yield Cause(what, "start the host's time service", "ClockOff")


def _find_versions(sighting: Sighting) -> Iterator[Cause]:
    of_all = [sighting.gateway or Metrics(), *(found for _, found in sighting.seen)]
    infos = (labels for found in of_all for labels, _ in found.find(f"{P}build_info"))
    if len(versions := sorted({labels["version"] for labels in infos})) > 1:
        what = f"Versions {', '.join(versions)} run side by side"
        yield Cause(what, "end the deploy, or take it back", "MixedVersions")


LOOKS: tuple[Callable[[Sighting], Iterator[Cause]], ...] = (
    _find_gateway,
    _find_broker,
    _find_lost,
    _find_still,
    _find_silent,
    _find_provider,
    _find_parked,
    _find_idle,
    _find_retention,
    _find_behind,
    _find_budget,
    _find_old_job,
    _find_letters,
    _find_skew,
    _find_versions,
)
"""What may be wrong, the cause before what follows from it: the first that is found is told."""
