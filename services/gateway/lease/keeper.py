"""Keeps a gateway's leases: beats, gives up what is more than its share, takes what is nobody's."""

import asyncio
import os
import secrets
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from services.gateway.database.database import Connection, Database, DatabaseUnavailableError
from services.gateway.lease.store import (
    announce,
    beat,
    check_fence,
    forget_the_gone,
    leave,
)
from services.telemetry.log import get_log
from services.telemetry.metric import GATEWAYS_LIVE, LEASES_HELD, LEASES_TAKEN_OVER

BEAT_S = 0.75
TTL_S = 3.0
"""A gateway that has not beaten for so long is gone: another takes over within TTL and a beat."""

LEAD = 0
"""Whoever projects this partition also does what only one gateway does."""

NOT_YET = "-"
"""What a gateway that cannot project yet says of its tables: nobody leaves it a share."""

FORGET_BEATS = 80

log = get_log()


def make_gateway_id() -> str:
    """A name that no other process has or had."""
    return f"{socket.gethostname()[:64]}-{os.getpid()}-{secrets.token_hex(4)}"


class Keeper:
    """Keeps the leases of one gateway, in a database that it has to itself: no beat may queue.

    Attributes:
        gateway_id: Names this process in the tables.
        version: Another one whenever the partitions are others.
        is_aside: Whether a later release has made the tables, and does all of the work.
    """

    is_divided = True

    def __init__(self, database: Database, partitions: int, gateway_id: str) -> None:
        self._database = database
        self._partitions = partitions
        self._leases: Mapping[int, int] = {}
        self._tables = ""
        self._live = 1
        self._has_joined = False
        self._beats = 0
        self.gateway_id = gateway_id
        self.version = 0
        self.is_aside = False

    @property
    def is_lead(self) -> bool:
        """Whether what only one gateway does is this one's to do."""
        return LEAD in self._leases

    def holds(self, partition: int) -> bool:
        """Whether a partition is this gateway's to project."""
        return partition in self._leases

    def fence(self, connection: Connection, partitions: Iterable[int]) -> None:
        """Require, and keep until the transaction ends, that partitions are this gateway's.

        Raises:
            LostLeaseError: One is not, any more.
        """
        check_fence(connection, self.gateway_id, self._leases, partitions)

    def announce(self, connection: Connection, job_ids: Sequence[str]) -> None:
        """Tell the others what has changed, once it is committed."""
        if self._live > 1:
            announce(connection, self.gateway_id, job_ids)

    def join(self) -> None:
        """Take a share from the next beat on: where to go on in the topics is known."""
        self._has_joined = True

    async def run(self) -> None:
        """Beat until cancelled; a database that is away is asked again."""
        while True:
            with suppress(DatabaseUnavailableError):  # who writes or reads says that it is away
                await self.refresh()
            await asyncio.sleep(BEAT_S)  # noqa: TID251 - its pace

    async def refresh(self) -> None:
        """Beat once."""
        version = self._tables if self._has_joined else NOT_YET
        told = (self.gateway_id, int(TTL_S * 1_000_000), self._partitions, version)
        holding = await self._database.write(beat, *told)
        self._tables = self._tables or holding.version
        self._stand_aside(holding.version != self._tables)
        if holding.taken_over:
            LEASES_TAKEN_OVER.inc(holding.taken_over)
            log.warning("leases_taken_over", count=holding.taken_over, gateway=self.gateway_id)
        if holding.leases != self._leases:
            self._leases = holding.leases
            self.version += 1
            held = sorted(holding.leases)
            log.info("leases_changed", partitions=held, live=holding.live, gateway=self.gateway_id)
        self._live = holding.live
        LEASES_HELD.set(len(holding.leases))
        GATEWAYS_LIVE.set(holding.live)
        self._beats += 1
        if self.is_lead and self._beats % FORGET_BEATS == 0:
            await self._database.write(forget_the_gone)

    async def leave(self) -> None:
        """Give everything back at a stop."""
        self._leases = {}
        with suppress(DatabaseUnavailableError):  # then it runs out by itself
            await self._database.write(leave, self.gateway_id)

    def _stand_aside(self, is_aside: bool) -> None:
        if is_aside and not self.is_aside:
            log.warning("later_tables", gateway=self.gateway_id)
        self.is_aside = is_aside
