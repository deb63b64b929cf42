"""Asks the agents to cancel a job, on job.control. The broker's ack is the commit point."""

from uuid import UUID

from schemas.kafka.control import CONTROL_SCHEMA, CancelRequest
from schemas.kafka.headers import Headers, encode_headers
from services.gateway.database.sight import Sight
from services.gateway.job.store import StoredJob, find_job
from services.gateway.outbox.record_writer import RecordWriter
from services.telemetry.log import get_log

log = get_log()


class Canceller:
    """Finds jobs and asks for their cancel."""

    def __init__(self, writer: RecordWriter) -> None:
        self._writer = writer

    async def find(self, job_id: str, sight: Sight) -> StoredJob | None:
        """The job as it stands, if it is seen."""
        return await self._writer.database.read(find_job, job_id, sight)

    async def ask(self, job: StoredJob) -> None:
        """Ask for a cancel. Asking twice is asking once.

        Raises:
            PublishFailedError: The broker does not ack in time.
        """
        request = CancelRequest(job_id=UUID(job.job_id), asked_at=self._writer.now())
        headers = encode_headers(Headers(schema=CONTROL_SCHEMA))
        topic = self._writer.topics.control
        await self._writer.publish(topic, job.job_id.encode(), request.to_json(), headers)
        log.info("cancel_asked", job_id=job.job_id, tenant=job.tenant)
