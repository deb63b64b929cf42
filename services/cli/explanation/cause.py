"""What may be wrong with a stack, and what to do about it."""

from collections.abc import Callable, Iterator

from services.cli.explanation.metrics import Metrics
from services.cli.explanation.sighting import Cause, P, Sighting

AWAY_S, BEHIND_S, STILL_S, SKEW_S, OLD_S = 90, 60, 60, 5, 1800
NEAR = 0.8


def say_s(seconds: float) -> str:
    """A duration in two words."""
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


def _find_gateway(sighting: Sighting) -> Iterator[Cause]:
    if sighting.gateway is None:
        yield sighting.absence.cause


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
    if silent := sighting.silent:
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
        told = "letter waits" if worst[1] == 1 else "letters wait"
        what = f"{worst[1]:.0f} dead {told} for a person in the stage {worst[0]}"
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
