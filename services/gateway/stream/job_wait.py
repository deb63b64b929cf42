"""Waits for a job on behalf of a client that would rather wait than ask again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from services.gateway.database.database import Database
from services.gateway.database.sight import Sight
from services.gateway.job.store import StoredJob, find_job
from services.gateway.stream.change_notifier import ChangeNotifier, Waiter
from services.telemetry.metric import WAITS


@dataclass(frozen=True)
class JobWait:
    """Finds jobs, and waits for news of them.

    Attributes:
        most: How many streams and waits there may be. Beyond, nobody is waited for: it was only
            preferred.
    """

    database: Database
    notifier: ChangeNotifier
    most: int

    async def find(
        self, job_id: str, sight: Sight, wait_s: float, is_news: Callable[[StoredJob], bool]
    ) -> StoredJob | None:
        """Find a job that is seen, once it is news or as it is after so many seconds."""
        if not wait_s or self.notifier.watchers >= self.most:
            return await self.database.read(find_job, job_id, sight)
        ends_at = asyncio.get_running_loop().time() + wait_s
        # Watched before it is read: no change falls between.
        with WAITS.track_inprogress(), self.notifier.watch(job_id) as waiter:
            job = await self.database.read(find_job, job_id, sight)
            while job and not is_news(job) and await _has_changed(waiter, ends_at):
                job = await self.database.read(find_job, job_id, sight)
        return job


async def _has_changed(waiter: Waiter, ends_at: float) -> bool:
    """Wait for a change; False where the time is over, or the gateway stops."""
    try:
        async with asyncio.timeout_at(ends_at):
            return await waiter.wait()
    except TimeoutError:
        return False
