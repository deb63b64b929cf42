"""Hears on a connection of its own which jobs other gateways have changed."""

import asyncio
from collections.abc import Callable, Sequence

from psycopg import AsyncConnection, Error

from services.gateway.database.engine import read_conninfo
from services.gateway.database.fault import first_line
from services.gateway.lease.store import CHANNEL
from services.telemetry.log import get_log

RETRY_S = 1.0

log = get_log()


class Listener:
    """Hears what others announce.

    Args:
        hear: Told the ids of jobs.
        hear_gap: Told each time that something may have been missed.
    """

    def __init__(
        self,
        url: str,
        gateway_id: str,
        hear: Callable[[Sequence[str]], None],
        hear_gap: Callable[[], None],
    ) -> None:
        self._conninfo = read_conninfo(url)
        self._gateway_id = gateway_id
        self._hear = hear
        self._hear_gap = hear_gap

    async def run(self) -> None:
        """Listen until cancelled, on another connection when one is lost."""
        while True:
            try:
                await self._listen()
            except Error as error:
                log.warning("listener_waits", error=first_line(error))
            await asyncio.sleep(RETRY_S)  # noqa: TID251 - the database's time to recover

    async def _listen(self) -> None:
        async with await AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._hear_gap()
            async for notice in connection.notifies():
                sender, *job_ids = notice.payload.split(" ")
                if sender != self._gateway_id:
                    self._hear(job_ids)
