"""Deletes a job that a person names: out of the tables at once, and out of Kafka as it ages.

note the act and take it out, in one transaction -> purge what job.control has of it -> say what is
left where
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from schemas.api.act import Deed, Deletion, Remainder
from schemas.kafka.control import promotion_key
from services.gateway.access.actor import Actor
from services.gateway.act.store import make_act, note_act
from services.gateway.database.database import Connection
from services.gateway.job.store import find_job
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.removal.promoted_store import find_source, list_promoted
from services.gateway.removal.store import Held, count_records, remove_jobs
from services.gateway.status.state import describe
from services.gateway.tombstone.store import Cause
from services.kafka import BrokerUnavailableError, PublishFailedError, TopicState
from services.telemetry.log import get_log
from services.telemetry.metric import JOBS_DELETED

RETENTION = "retention.ms"

log = get_log()


class NotEndedError(Exception):
    """The job has not ended, so it would go on without being seen. Not retryable."""


class InUseError(Exception):
    """The job's result stands for that of another, which would be without one. Not retryable."""


@dataclass(frozen=True)
class Removed:
    """What was taken out.

    Attributes:
        held: What Kafka was seen to hold of it.
        keys: Those under which job.control may hold something.
    """

    held: list[Held]
    keys: tuple[bytes, ...]
    tenant: str | None


class Topics(Protocol):
    """Looks at topics."""

    async def __call__(self, names: Collection[str]) -> Mapping[str, TopicState]:
        """The topics of these names that exist."""
        ...


class Eraser:
    """Deletes jobs.

    Args:
        look: What the broker says of topics.
    """

    def __init__(self, writer: RecordWriter, look: Topics) -> None:
        self._writer = writer
        self._look = look

    async def delete(self, job_id: str, actor: Actor) -> Deletion | None:
        """Delete a job that has ended.

        Returns:
            What is left of it; None where there is none with this id that is seen.

        Raises:
            NotEndedError: It has not ended.
            InUseError: It is a replay that was promoted.
        """
        now = self._writer.now()
        removed = await self._writer.database.write(_delete, job_id, actor, now)
        if removed is None:
            return None
        held = removed.held
        JOBS_DELETED.inc()
        of = {"job_id": job_id, "tenant": removed.tenant}
        log.info("job_deleted", by=actor.principal.name, **of)
        for key in removed.keys:
            await self._purge(key, of)
        states = await self._look_at([one.topic for one in held])
        remains = tuple(_tell(one, states.get(one.topic)) for one in held)
        return Deletion(job_id=UUID(job_id), deleted_at=now, remains=remains)

    async def _purge(self, key: bytes, of: Mapping[str, str | None]) -> None:
        """What is compacted forgets a key by a record without a value."""
        try:
            await self._writer.publish(self._writer.topics.control, key, None, [])
        except PublishFailedError as error:
            # It holds moments and ids, and goes by age as well.
            log.warning("control_not_purged", reason=str(error), **of)

    async def _look_at(self, topics: Collection[str]) -> Mapping[str, TopicState]:
        try:
            return await self._look(topics)
        except BrokerUnavailableError as error:
            log.warning("retention_not_known", reason=str(error))
            return {}


def _delete(connection: Connection, job_id: str, actor: Actor, now: datetime) -> Removed | None:
    job = find_job(connection, job_id, actor.sight)
    if job is None:
        return None
    state = describe(job.known.fold).state
    if not state.is_final:
        raise NotEndedError(f"the job is {state.value}: cancel it, and delete it once it has ended")
    if promoted_to := find_source(connection, job):
        raise InUseError(
            f"its result is one of job {promoted_to.job_id}: delete that one, and this goes with it"
        )
    jobs = [job, *list_promoted(connection, job)]
    ids = [one.job_id for one in jobs]
    held = count_records(connection, ids)
    remove_jobs(connection, jobs, Cause.DELETED, now)
    told = (job_id, job.tenant, now, {"status": state}, None)
    note_act(connection, make_act(actor, Deed.DELETE_JOB, *told))
    keys = [one.encode() for one in ids]
    if job.known.fold.promoted is not None:
        keys.append(promotion_key(job.job_id))
    return Removed(held, tuple(keys), job.tenant)


def _tell(held: Held, state: TopicState | None) -> Remainder:
    kept_ms = int(state.config.get(RETENTION, "-1")) if state else -1
    until = None
    if kept_ms >= 0:
        until = datetime.fromtimestamp(held.last_ms / 1000, UTC) + timedelta(milliseconds=kept_ms)
    return Remainder(topic=held.topic, records=held.records, until=until)
