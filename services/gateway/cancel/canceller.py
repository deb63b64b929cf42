"""Asks the agents to cancel a job, on job.control. The broker's ack is the commit point."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from schemas.api.act import Act, Deed
from schemas.api.key import Role
from schemas.api.status import JobState
from schemas.kafka.control import CONTROL_SCHEMA, CancelRequest
from schemas.kafka.headers import Headers, encode_headers
from services.gateway.access.actor import Actor
from services.gateway.act.store import finish_act, make_act, note_act
from services.gateway.database.moment import to_us
from services.gateway.database.sight import Sight
from services.gateway.job.store import StoredJob, find_job
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.status.fold import Cancel, JobFold, merge
from services.gateway.status.state import describe
from services.telemetry.log import get_log

log = get_log()


class Canceller:
    """Finds jobs and asks for their cancel."""

    def __init__(self, writer: RecordWriter) -> None:
        self._writer = writer

    async def find(self, job_id: str, sight: Sight) -> StoredJob | None:
        """The job as it stands, if it is seen."""
        return await self._writer.database.read(find_job, job_id, sight)

    async def ask(self, job: StoredJob, actor: Actor) -> StoredJob:
        """Ask for a cancel. Asking twice is asking once.

        Of an operator it is an act, noted before it is done: none is done that nobody finds.

        Returns:
            The job as it is now that it is asked for, which the tables learn from the record.

        Raises:
            PublishFailedError: The broker does not ack in time.
        """
        request = CancelRequest(job_id=UUID(job.job_id), asked_at=self._writer.now())
        headers = encode_headers(Headers(schema=CONTROL_SCHEMA))
        topic = self._writer.topics.control
        act = await self._note(job, actor) if actor.principal.role.includes(Role.OPERATE) else None
        await self._writer.publish(topic, job.job_id.encode(), request.to_json(), headers)
        if act is not None:
            await self._writer.database.write(finish_act, act, {"status": JobState.CANCELLING})
        log.info("cancel_asked", job_id=job.job_id, tenant=job.tenant)
        return mark_asked(job, request.asked_at)

    async def _note(self, job: StoredJob, actor: Actor) -> Act:
        before = {"status": describe(job.known.fold).state}
        told = (job.job_id, job.tenant, self._writer.now(), before)
        act = make_act(actor, Deed.CANCEL_JOB, *told)
        await self._writer.database.write(note_act, act)
        return act


def mark_asked(job: StoredJob, at: datetime) -> StoredJob:
    """A job of which a cancel is asked, at the version that it has in the tables."""
    fold = job.known.fold
    asked = JobFold(None, fold.first_ms, cancel=Cancel(asked_ms=to_us(at) // 1000))
    return replace(job, known=replace(job.known, fold=merge(fold, asked)))
