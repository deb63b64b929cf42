"""The live stream of all jobs of a tenant: each fact, then the jobs as they are after it."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.gateway.database.sight import Sight
from services.gateway.feed.cursor import FeedCursor
from services.gateway.stream.change_notifier import ChangeNotifier, Waiter
from services.gateway.stream.event_text import write_control, write_event, write_retry
from services.gateway.stream.feed_reader import FeedReader, ToldPage
from services.gateway.stream.job_stream import RETRY_JITTER_MS, RETRY_MS
from services.gateway.stream.topic import Topics
from services.telemetry.metric import SSE_CLIENTS


@dataclass(frozen=True)
class FeedStream:
    """Streams what there is of a tenant.

    Attributes:
        after: The place of the last fact that the client has; None where the tables do not go on
            there, or it has none: then it is told how all jobs are, first.
        lasts_s: After so many seconds its watcher is to say again who it is; None for never.
    """

    reader: FeedReader
    notifier: ChangeNotifier
    projection_id: str
    sight: Sight
    topics: Topics
    after: int | None
    lasts_s: float | None

    async def run(self) -> AsyncIterator[bytes]:
        """Yield events until the client is gone or the gateway stops."""
        SSE_CLIENTS.inc()
        try:
            with self.notifier.watch_any(self.topics.watched, self.lasts_s) as waiter:
                async for told in self._follow(waiter):
                    yield told
        finally:
            SSE_CLIENTS.dec()

    async def _follow(self, waiter: Waiter) -> AsyncIterator[bytes]:
        # By `ready` a page knows that what comes is not held back on the way.
        yield write_retry(RETRY_MS) + write_control("ready", b"{}")
        after, is_open, named = self.after, True, self.topics.named
        while is_open:
            page = None if after is None else await self.reader.read(self.sight, after, named)
            if page is None:
                page = await self.reader.read_snapshot(self.sight, self.topics.named)
                yield self._write_reset(page)
            elif told := self._write(page):
                yield told
            after = page.through
            if page.is_last:
                is_open = await waiter.wait()
        yield write_retry(RETRY_MS + random.randrange(RETRY_JITTER_MS), "connect again")

    def _write(self, page: ToldPage) -> bytes:
        jobs = [job for job in page.jobs if self.topics.cover(job.job_id, job.table_id)]
        wanted = {job.job_id for job in jobs}
        facts = (
            write_event("history", str(FeedCursor(self.projection_id, fact.place)), fact.body)
            for fact in page.facts
            if fact.job_id in wanted
        )
        return b"".join((*facts, *(write_control("status", job.body) for job in jobs)))

    def _write_reset(self, page: ToldPage) -> bytes:
        shown = (j.body for j in page.jobs if self.topics.cover(j.job_id, j.table_id))
        return write_control("reset", b'{"jobs":[' + b",".join(shown) + b'],"next":null}')
