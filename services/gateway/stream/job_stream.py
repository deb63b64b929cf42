"""The live stream of one job: the past first, then each change, always as it is committed."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.gateway.database.database import Database
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.job.renderer import Renderer
from services.gateway.job.store import StoredItem, read_job_and_history
from services.gateway.job.view import show_item
from services.gateway.stream.change_notifier import ChangeNotifier, Waiter
from services.gateway.stream.event_text import write_control, write_event, write_retry
from services.telemetry.metric import SSE_CLIENTS

RETRY_MS = 1000
RETRY_JITTER_MS = 1000
PAGE = 200
"""Facts that are read, and held, at a time."""


@dataclass(frozen=True)
class Stream:
    """Streams one job.

    Attributes:
        job_id: One that its watcher sees.
        after: The sequence number of the last fact that the client has, 0 for none.
        is_reset: Whether the client's facts are of another filling of the tables.
        lasts_s: After so many seconds its watcher is to say again who it is; None for never.
    """

    database: Database
    renderer: Renderer
    notifier: ChangeNotifier
    projection_id: str
    job_id: str
    after: int
    is_reset: bool
    lasts_s: float | None = None

    async def run(self) -> AsyncIterator[bytes]:
        """Yield events until the job is final, the client is gone or the gateway stops."""
        SSE_CLIENTS.inc()
        try:
            with self.notifier.watch(self.job_id, self.lasts_s) as waiter:
                async for event in self._follow(waiter):
                    yield event
        finally:
            SSE_CLIENTS.dec()

    async def _follow(self, waiter: Waiter) -> AsyncIterator[bytes]:
        yield write_retry(RETRY_MS)
        after, told, is_reset, is_open = self.after, -1, self.is_reset, True
        while is_open:
            which = (self.job_id, ALL_TENANTS, after, PAGE)
            job, items = await self.database.read(read_job_and_history, *which)
            if job is None:
                return
            if is_reset:
                yield write_control("reset", await self.renderer.status(job))
                is_reset = False
            for item in items:
                yield self._write_item(item)
                after = item.sequence
            if len(items) == PAGE:
                continue  # there is more, and it is told before what it came to
            if told != job.known.version:
                yield write_control("status", await self.renderer.status(job))
                told = job.known.version
            if job.is_final:
                return
            is_open = await waiter.wait()
        yield write_retry(RETRY_MS + random.randrange(RETRY_JITTER_MS), "connect again")

    def _write_item(self, item: StoredItem) -> bytes:
        fact = show_item(item, self.projection_id)
        return write_event("history", fact.id, fact.to_json())
