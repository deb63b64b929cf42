"""Takes out of the tables what has ended long ago, so that they stop growing.

is it this gateway's turn? -> final jobs, a page at a time -> reservations -> old tombstones
-> what was done to many jobs at once

Each page is a transaction of its own: nobody waits for long. What is cut off is gone on with later.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from schemas.api.status import JobState
from services.gateway.database.database import Connection, Database
from services.gateway.database.place import Place
from services.gateway.removal.store import FINAL, Page, prune_jobs, prune_reservations
from services.gateway.tombstone.store import forget_tombstones
from services.telemetry.log import get_log
from services.telemetry.metric import JOBS_PRUNED

EVERY_S = 3600.0
FIRST_S = 60.0
BREATH_S = 0.05
"""Between two pages, for those who wait to write."""

AT_A_TIME = 100
TOMBSTONE_DAYS = 120
"""Longer than any topic keeps a record, which would else be a job again."""

log = get_log()


class Pruner:
    """Takes out what is old.

    Args:
        keep_days: For how long what has ended is kept; 0 keeps it for ever.
        now: The wall clock, aware.
        is_on_duty: Whether it is this gateway's turn.
        others: Each lets go of one more thing that ended before a moment; 0 when there is none.
    """

    def __init__(
        self,
        database: Database,
        keep_days: int,
        now: Callable[[], datetime],
        is_on_duty: Callable[[], bool] = lambda: True,
        others: Sequence[Callable[[Connection, datetime], int]] = (),
    ) -> None:
        self._database = database
        self._others = others
        self._keep = timedelta(days=keep_days)
        self._now = now
        self._is_on_duty = is_on_duty

    async def run(self) -> None:
        """Look every hour until cancelled; nothing that fails ends the gateway."""
        await asyncio.sleep(FIRST_S)  # noqa: TID251 - a start has other things to do
        while True:
            try:
                await self.tick()
            except Exception as error:
                log.warning("pruning_waits", error=repr(error))
            await asyncio.sleep(EVERY_S)  # noqa: TID251 - its pace

    async def tick(self) -> int:
        """Take out all that is old now.

        Returns:
            How many jobs those were.
        """
        if not self._keep or not self._is_on_duty():
            return 0
        before = self._now() - self._keep
        jobs = sum([await self._prune_jobs(status, before) for status in FINAL])
        reservations = await self._repeat(prune_reservations, before, AT_A_TIME)
        long_gone = self._now() - max(self._keep, timedelta(days=TOMBSTONE_DAYS))
        tombstones = await self._repeat(forget_tombstones, long_gone, AT_A_TIME)
        others = sum([await self._repeat(forget, before) for forget in self._others])
        if jobs or reservations or tombstones or others:
            told = {"reservations": reservations, "tombstones": tombstones, "others": others}
            log.info("pruned", jobs=jobs, before=before.isoformat(), **told)
        return jobs

    async def _prune_jobs(self, status: JobState, before: datetime) -> int:
        count, after = 0, None
        while self._is_on_duty():
            page = await self._prune_page(status, before, after)
            count, after = count + page.gone, page.last
            if after is None:
                break
            await asyncio.sleep(BREATH_S)  # noqa: TID251 - lets others write
        return count

    async def _prune_page(self, status: JobState, before: datetime, after: Place | None) -> Page:
        told = (status, before, after, AT_A_TIME, self._now())
        page = await self._database.write(prune_jobs, *told)
        JOBS_PRUNED.inc(page.gone)
        return page

    async def _repeat(self, prune: Callable[..., int], *told: datetime | int) -> int:
        count = 0
        while gone := await self._database.write(prune, *told):
            count += gone
            await asyncio.sleep(BREATH_S)  # noqa: TID251 - lets others write
        return count
