"""Looks from time to time whether a watched job has changed unheard: the net under the listener."""

import asyncio

from services.gateway.database.database import Database
from services.gateway.feed.store import read_bounds
from services.gateway.job.store import list_versions
from services.gateway.stream.change_notifier import EVERY, ChangeNotifier
from services.telemetry.log import get_log

LOOK_S = 5.0

log = get_log()


class ChangePoll:
    """Wakes the streams of jobs that have another version than at the last look."""

    def __init__(self, database: Database, notifier: ChangeNotifier) -> None:
        self._database = database
        self._notifier = notifier
        self._known: dict[str, int] = {}
        self._bounds: tuple[int, int] | None = None

    async def run(self) -> None:
        """Look every few seconds until cancelled; nothing that fails ends the gateway."""
        while True:
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - its pace
            try:
                await self.look()
            except Exception as error:
                log.warning("changes_not_seen", error=repr(error))

    async def look(self) -> None:
        """Look once. Of a job that is new to it, nothing is known, so its streams are woken."""
        watched = self._notifier.watched
        found = await self._database.read(list_versions, watched) if watched else {}
        self._notifier.notify(
            job_id for job_id, version in found.items() if version != self._known.get(job_id)
        )
        self._known = found
        bounds = await self._database.read(read_bounds)
        if bounds != self._bounds:
            self._notifier.notify([EVERY])
        self._bounds = bounds
