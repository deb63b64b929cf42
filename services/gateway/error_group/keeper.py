"""Writes what went wrong in this process into the tables, and exports how many groups there are."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from schemas.api.error_group import GroupState
from services.gateway.database.database import Database
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.error_group.own_error import ErrorBook
from services.gateway.error_group.store import list_groups, note_own
from services.telemetry.log import get_log
from services.telemetry.metric import ERROR_GROUPS, GATEWAY_ERRORS
from services.telemetry.release import find_release

LOOK_S = 15.0
KEPT = timedelta(days=90)

log = get_log()


class ErrorKeeper:
    """Keeps the book of this gateway.

    Args:
        now: The wall clock, aware.
    """

    def __init__(self, database: Database, book: ErrorBook, now: Callable[[], datetime]) -> None:
        self._database = database
        self._book = book
        self._now = now
        self._release = find_release()

    async def run(self) -> None:
        """Write until cancelled; what cannot be written now is kept for the next time."""
        while True:
            try:
                await self.write()
            except Exception as error:  # a database that is away, as a rule
                log.warning("errors_not_written", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - its pace

    async def write(self) -> None:
        """Write once, and look at all of them."""
        taken = self._book.take()
        try:
            if taken:
                since = self._now() - KEPT
                await self._database.write(note_own, taken, self._release, since)
        except BaseException:
            self._book.give_back(taken)
            raise
        GATEWAY_ERRORS.inc(sum(error.count for error in taken))
        states = Counter(g.state for g in await self._database.read(list_groups, ALL_TENANTS))
        for state in GroupState:
            ERROR_GROUPS.labels(state.value).set(states[state])
