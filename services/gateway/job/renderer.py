"""Renders each version of a job once, for all who watch, poll or export it."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from services.gateway.compute.compute import Compute
from services.gateway.database.database import Database
from services.gateway.job.rendering import Rendering, render_csv, render_result, render_status
from services.gateway.job.store import StoredJob, find_value
from services.telemetry.log import get_log

KEPT_BYTES = 32 * 1024 * 1024
AT_A_TIME = 2
"""While one is computed the next one's value is read; those that wait hold no bytes."""

log = get_log()

Render = Callable[[StoredJob, bytes | None], Rendering]
Key = tuple[Render, str, int, int, int | None]


class Renderer:
    """Renders jobs, and keeps what was rendered last. A job's version says all that is shown of it.

    Args:
        kept_bytes: How much is kept.
    """

    def __init__(self, database: Database, compute: Compute, kept_bytes: int = KEPT_BYTES) -> None:
        self._database = database
        self._compute = compute
        self._kept_bytes = kept_bytes
        self._size = 0
        self._renderings: OrderedDict[Key, asyncio.Task[Rendering]] = OrderedDict()
        self._turns = asyncio.Semaphore(AT_A_TIME)

    @property
    def kept(self) -> int:
        """How many renderings are kept."""
        return len(self._renderings)

    async def status(self, job: StoredJob) -> bytes:
        """The status of a job, as JSON."""
        return (await self.show(job)).body

    async def show(self, job: StoredJob) -> Rendering:
        """The status of a job, as JSON, and whether it will be another without a new version."""
        if not job.has_value:
            return render_status(job, None)
        return await self._share(render_status, job)

    async def ahead(self, job: StoredJob) -> bytes:
        """The status of a job of which more is known than the tables say at its version."""
        if not job.has_value:
            return render_status(job, None).body
        return (await self._render(render_status, job, None)).body

    async def result(self, job: StoredJob, version: int | None = None) -> Rendering:
        """What the job came to, as JSON; without a body where it has come to nothing.

        Args:
            version: Of its results, from 1; None for the current one.
        """
        return await self._share(render_result, job, version)

    async def csv(self, job: StoredJob, version: int | None = None) -> Rendering:
        """The final table of a job; without a body where it has none."""
        return await self._share(render_csv, job, version)

    async def _share(self, render: Render, job: StoredJob, version: int | None = None) -> Rendering:
        # In tables that were filled anew, compaction has left fewer records of the same results.
        promotions = job.known.fold.promotions
        key = (render, job.job_id, job.known.version, promotions, version)
        task = self._renderings.get(key)
        if task is None:
            task = self._renderings[key] = asyncio.create_task(self._render(render, job, version))
            task.add_done_callback(lambda done: self._settle(key, done))
        self._renderings.move_to_end(key)
        return await asyncio.shield(task)

    async def _render(self, render: Render, job: StoredJob, version: int | None) -> Rendering:
        async with self._turns:
            value = await self._database.read(find_value, job, version)
            rendering = await self._compute.run(len(value or b""), render, job, value)
        return replace(rendering, is_passing=job.has_value and value is None)

    def _settle(self, key: Key, done: asyncio.Task[Rendering]) -> None:
        error = None if done.cancelled() else done.exception()
        if done.cancelled() or error is not None:
            del self._renderings[key]
            # Those who asked may all have gone away.
            log.warning("rendering_failed", job_id=key[1], exc_info=error)
            return
        if done.result().is_passing:
            del self._renderings[key]
            return
        self._size += len(done.result().body)
        while self._size > self._kept_bytes:
            oldest = next(key for key, task in self._renderings.items() if task.done())
            self._size -= len(self._renderings.pop(oldest).result().body)
