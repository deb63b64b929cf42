"""Deletes a job that a person names: out of the tables at once, and out of Kafka as it ages.

note the act and take it out, in one transaction -> purge its cancel -> say what is left where
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from schemas.api.act import Deed, Deletion, Remainder
from services.gateway.access.actor import Actor
from services.gateway.act.store import make_act, note_act
from services.gateway.database.database import Connection
from services.gateway.job.store import find_job
from services.gateway.outbox.record_writer import RecordWriter
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
        """
        now = self._writer.now()
        held = await self._writer.database.write(_delete, job_id, actor, now)
        if held is None:
            return None
        JOBS_DELETED.inc()
        log.info("job_deleted", job_id=job_id, by=actor.principal.name)
        await self._purge_cancel(job_id)
        states = await self._look_at([one.topic for one in held])
        remains = tuple(_tell(one, states.get(one.topic)) for one in held)
        return Deletion(job_id=UUID(job_id), deleted_at=now, remains=remains)

    async def _purge_cancel(self, job_id: str) -> None:
        """What is compacted forgets a key by a record without a value."""
        try:
            await self._writer.publish(self._writer.topics.control, job_id.encode(), None, [])
        except PublishFailedError as error:
            # It holds a moment and the id, and goes by age as well.
            log.warning("cancel_not_purged", job_id=job_id, reason=str(error))

    async def _look_at(self, topics: Collection[str]) -> Mapping[str, TopicState]:
        try:
            return await self._look(topics)
        except BrokerUnavailableError as error:
            log.warning("retention_not_known", reason=str(error))
            return {}


def _delete(connection: Connection, job_id: str, actor: Actor, now: datetime) -> list[Held] | None:
    job = find_job(connection, job_id, actor.sight)
    if job is None:
        return None
    state = describe(job.known.fold).state
    if not state.is_final:
        raise NotEndedError(f"the job is {state.value}: cancel it, and delete it once it has ended")
    held = count_records(connection, job_id)
    remove_jobs(connection, [job], Cause.DELETED, now)
    told = (job_id, job.tenant, now, {"status": state}, None)
    note_act(connection, make_act(actor, Deed.DELETE_JOB, *told))
    return held


def _tell(held: Held, state: TopicState | None) -> Remainder:
    kept_ms = int(state.config.get(RETENTION, "-1")) if state else -1
    until = None
    if kept_ms >= 0:
        until = datetime.fromtimestamp(held.last_ms / 1000, UTC) + timedelta(milliseconds=kept_ms)
    return Remainder(topic=held.topic, records=held.records, until=until)
