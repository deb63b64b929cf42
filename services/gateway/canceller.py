"""Asks the agents to cancel a job, on job.control. The broker's ack is the commit point."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from schemas.control import CONTROL_SCHEMA, CancelRequest
from schemas.headers import Headers, encode_headers
from schemas.topics import TopicNames
from services.gateway.intake import Publisher
from services.gateway.store.database import Database
from services.gateway.store.job_store import StoredJob, find_job
from services.stage_runtime.log import get_log

log = get_log()


class Canceller:
    """Finds jobs and asks for their cancel."""

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        topics: TopicNames,
        timeout_s: float,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._topic = topics.control
        self._timeout_s = timeout_s
        self._now = now

    async def find(self, job_id: str) -> StoredJob | None:
        """The job as it stands."""
        return await self._database.read(find_job, job_id)

    async def ask(self, job_id: str) -> None:
        """Ask for a cancel. Asking twice is asking once.

        Raises:
            PublishFailedError: The broker does not ack in time.
        """
        request = CancelRequest(job_id=UUID(job_id), asked_at=self._now())
        headers = encode_headers(Headers(schema=CONTROL_SCHEMA))
        await self._publisher.publish(
            self._topic, job_id.encode(), request.to_json(), headers, self._timeout_s
        )
        log.info("cancel_asked", job_id=job_id)
