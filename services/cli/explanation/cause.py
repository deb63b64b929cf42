"""What may be wrong with a stack, and what to do about it: the cause before what follows."""

from collections.abc import Callable, Iterator

from services.cli.explanation.duration import say_s
from services.cli.explanation.metrics import Metrics
from services.cli.explanation.model_cause import (
    find_budget,
    find_failing_calls,
    find_limited,
    find_parked,
    find_provider,
    find_slow,
)
from services.cli.explanation.sighting import Cause, P, Sighting
from services.cli.explanation.stage_cause import (
    find_behind,
    find_hot_key,
    find_idle,
    find_letters,
    find_rebalances,
    find_retention,
    find_silent,
)

AWAY_S, STILL_S, SKEW_S, OLD_S, TOLD_S = 90, 60, 5, 1800, 60


def _find_disk(sighting: Sighting) -> Iterator[Cause]:
    if sighting.full_disk:
        what = f"The disk of {sighting.full_disk} is full, so that Kafka and tables cannot write"
        yield Cause(what, "give it room: all goes on by itself", "BrokerAway")


def _find_gateway(sighting: Sighting) -> Iterator[Cause]:
    if sighting.gateway is None:
        yield sighting.absence.cause


def _find_broker(sighting: Sighting) -> Iterator[Cause]:
    age_s = sighting.age_s("lag_probed_timestamp_seconds") or 0
    do = "start the broker, and look at its disk"
    if age_s > AWAY_S:
        what = f"Kafka has not answered the gateway for {say_s(age_s)}"
        yield Cause(what, do, "BrokerAway")
    elif sighting.is_away("kafka"):
        yield Cause("Kafka does not answer the gateway", do, "BrokerAway")


def _find_lost(sighting: Sighting) -> Iterator[Cause]:
    if worst := sighting.worst_stage("stage_records_expired_total", 0):
        what = f"Kafka has deleted {worst[1]:.0f} records that the stage {worst[0]} had not ended"
        do = "`brainshare audit` names the jobs, `brainshare rehydrate` lets those go on"
        yield Cause(what, do, "RecordsLost")


def _find_database(sighting: Sighting) -> Iterator[Cause]:
    if sighting.is_away("database"):
        what = "The gateway's database is locked, full or away, so that nothing is written to it"
        do = "find who else has it open, or start it; the gateway's log says which"
        yield Cause(what, do, "DatabaseAway")


def _find_still(sighting: Sighting) -> Iterator[Cause]:
    still_s = (sighting.gateway or Metrics()).most(f"{P}projector_still_seconds") or 0
    if still_s > STILL_S:
        what = f"The gateway has folded nothing for {say_s(still_s)}, so that its status is old"
        yield Cause(what, "look at its database and its log", "StatusStale")


def _find_webhooks(sighting: Sighting) -> Iterator[Cause]:
    age_s = sighting.age_s("webhooks_oldest_pending_timestamp_seconds") or 0
    if age_s > TOLD_S:
        count = (sighting.gateway or Metrics()).most(f"{P}webhooks_pending") or 0
        waiting = f"{count:.0f} wait, the oldest for {say_s(age_s)}"
        what = f"A webhook's receiver takes nothing, or too slowly: {waiting}"
        do = "`brainshare webhooks list` names the endpoint"
        yield Cause(what, do, "WebhookBacklog")


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
    _find_disk,
    _find_gateway,
    _find_broker,
    _find_lost,
    _find_database,
    _find_still,
    find_silent,
    find_provider,
    find_parked,
    find_rebalances,
    find_idle,
    find_limited,
    find_failing_calls,
    find_retention,
    find_hot_key,
    find_slow,
    find_behind,
    find_budget,
    _find_old_job,
    _find_skew,
    _find_versions,
    _find_webhooks,
    find_letters,
)
"""What may be wrong, the cause before what follows from it: the first that is found is told.

What waits for a receiver, and dead letters, come last: they may wait for days, and hide nothing
that is wrong now.
"""
