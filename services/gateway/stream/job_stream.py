"""The live stream of one job: the past first, then each change, always as it is committed."""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from sse_starlette import ServerSentEvent

from services.gateway.database.database import Database
from services.gateway.job.event_id import EventId
from services.gateway.job.store import StoredItem, StoredJob, read_job_and_history
from services.gateway.job.view import show_item, show_status
from services.gateway.status.state import describe
from services.gateway.stream.change_notifier import ChangeNotifier, Waiter
from services.telemetry.metric import SSE_CLIENTS

HEARTBEAT_S = 15
RETRY_MS = 1000
RETRY_JITTER_MS = 1000
LINE_END = "\n"


@dataclass(frozen=True)
class Stream:
    """Streams one job.

    Attributes:
        after: The sequence number of the last fact that the client has, 0 for none.
        is_reset: Whether the client's facts are of another filling of the tables.
    """

    database: Database
    notifier: ChangeNotifier
    projection_id: str
    job_id: str
    after: int
    is_reset: bool

    async def run(self) -> AsyncIterator[ServerSentEvent]:
        """Yield events until the job is final, the client is gone or the gateway stops."""
        SSE_CLIENTS.inc()
        try:
            with self.notifier.watch(self.job_id) as waiter:
                async for event in self._follow(waiter):
                    yield event
        finally:
            SSE_CLIENTS.dec()

    async def _follow(self, waiter: Waiter) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(retry=RETRY_MS, sep=LINE_END)
        after, is_first, is_open = self.after, True, True
        while is_open:
            job, items = await self.database.read(read_job_and_history, self.job_id, after)
            if job is None:
                return
            for event in self._tell(job, items, is_first):
                yield event
            if describe(job.known.fold).state.is_final:
                return
            after, is_first = max(after, job.known.version), False
            is_open = await waiter.wait()
        yield ServerSentEvent(
            comment="the gateway is stopping",
            retry=RETRY_MS + random.randrange(RETRY_JITTER_MS),
            sep=LINE_END,
        )

    def _tell(
        self, job: StoredJob, items: list[StoredItem], is_first: bool
    ) -> Iterator[ServerSentEvent]:
        status = show_status(job).to_json().decode()
        if is_first and self.is_reset:
            yield self._event("reset", status, 0)
        for item in items:
            fact = show_item(item, self.projection_id).to_json().decode()
            yield self._event("history", fact, item.sequence)
        if is_first or items:
            yield self._event("status", status, job.known.version)

    def _event(self, name: str, data: str, sequence: int) -> ServerSentEvent:
        event_id = str(EventId(self.projection_id, sequence))
        return ServerSentEvent(data, event=name, id=event_id, sep=LINE_END)


def write_heartbeat() -> ServerSentEvent:
    """A comment that keeps the connection open."""
    return ServerSentEvent(comment="heartbeat", sep=LINE_END)
