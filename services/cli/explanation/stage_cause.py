"""What may be wrong with the workers of stages, and with what waits for them."""

from collections.abc import Iterator

from services.cli.explanation.duration import say_s
from services.cli.explanation.metrics import Metrics
from services.cli.explanation.sighting import Cause, P, Sighting

BEHIND_S = 60
NEAR = 0.8
MANY_REBALANCES = 4
"""Of one worker in a minute; a deploy of one stage makes two or three."""


def find_silent(sighting: Sighting) -> Iterator[Cause]:
    """Workers do not answer."""
    if silent := sighting.silent:
        do = (
            "its log says why"
            if sighting.is_elsewhere
            else f"`brainshare logs {silent[0]}` says why"
        )
        yield Cause(f"{', '.join(silent)}: no answer", do, "StageDown")


def find_rebalances(sighting: Sighting) -> Iterator[Cause]:
    """Workers come and go."""
    found = (s for _, m in sighting.seen for s in m.find(f"{P}recent_rebalances"))
    count, stage = max(((value, labels["stage"]) for labels, value in found), default=(0.0, ""))
    if count >= MANY_REBALANCES:
        what = f"The workers of the stage {stage} come and go: {count:.0f} rebalances in a minute"
        do = "find the one that dies, or two with one STAGE_INSTANCE_ID"
        yield Cause(what, do, "RebalanceStorm")


def find_idle(sighting: Sighting) -> Iterator[Cause]:
    """No worker of a stage has partitions."""
    by_stage: dict[str, float] = {}
    for _, found in sighting.seen:
        for labels, value in found.find(f"{P}partitions_assigned"):
            by_stage[labels["stage"]] = by_stage.get(labels["stage"], 0) + value
    if idle := sorted(stage for stage, count in by_stage.items() if not count):
        what = f"No worker of {', '.join(idle)} has partitions"
        yield Cause(what, "wait a minute after a start, then look at its log", "StageDown")


def find_retention(sighting: Sighting) -> Iterator[Cause]:
    """Kafka is about to delete what nobody has ended."""
    if worst := sighting.worst_stage("stage_oldest_record_retention_ratio", NEAR):
        what = f"A record before the stage {worst[0]} is at {worst[1]:.0%} of its retention"
        yield Cause(what, "let the stage run, or keep the topic longer", "RetentionNear")


def find_hot_key(sighting: Sighting) -> Iterator[Cause]:
    """One partition has all the work."""
    behind_s, stage = _find_oldest(sighting)
    gateway = sighting.gateway or Metrics()
    share = gateway.most(f"{P}consumer_fullest_partition_ratio", stage=stage) or 0
    if behind_s > BEHIND_S and share > NEAR:
        what = (
            f"One partition of the stage {stage} holds {share:.0%} of what waits, for"
            f" {say_s(behind_s)}: its keys are hot, and no other worker can help"
        )
        do = "find who posts so much, and see that job ids are random"
        yield Cause(what, do, "LagGrowing")


def find_behind(sighting: Sighting) -> Iterator[Cause]:
    """Records wait for long."""
    behind_s, stage = _find_oldest(sighting)
    if behind_s > BEHIND_S:
        what = f"The stage {stage} is {say_s(behind_s)} behind"
        yield Cause(what, "add workers, or see what its calls wait for", "LagGrowing")


def find_letters(sighting: Sighting) -> Iterator[Cause]:
    """Dead letters wait for a person."""
    found = (sighting.gateway or Metrics()).find(f"{P}dead_letters_open")
    by_kind = {(s["stage"], s.get("reason", "")): count for s, count in found if count}
    if by_kind:
        stage, reason = max(by_kind, key=lambda kind: by_kind[kind])
        count = sum(n for (of_stage, _), n in by_kind.items() if of_stage == stage)
        told = "letter waits" if count == 1 else "letters wait"
        why = f", most as {reason}" if reason else ""
        what = f"{count:.0f} dead {told} for a person in the stage {stage}{why}"
        yield Cause(what, "`brainshare dead-letters groups` says why", "DeadLetters")


def _find_oldest(sighting: Sighting) -> tuple[float, str]:
    """For how long the oldest record waits, and for which stage."""
    name = f"{P}consumer_oldest_pending_timestamp_seconds"
    waiting = (sighting.gateway or Metrics()).find(name)
    since, stage = min(((at, s["stage"]) for s, at in waiting), default=(sighting.now, ""))
    return sighting.now - since, stage
