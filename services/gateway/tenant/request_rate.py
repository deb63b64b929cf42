"""How many requests a tenant may make in a minute, at all gateways together.

A gateway takes some of a minute's requests at a time from the tables, and lets so many through: no
request writes by itself, and together they are never more. Minutes are those of the clock.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.gateway.database.database import Database
from services.gateway.tenant.store import take_requests

MINUTE_S = 60
SHARES = 20
"""Into how many parts a minute's requests are taken."""


@dataclass
class Share:
    """What this gateway has of a minute.

    Attributes:
        left: What it may still let through.
        elsewhere: What nobody has taken yet.
    """

    minute: int
    left: int = 0
    elsewhere: int = 1


@dataclass(frozen=True)
class Standing:
    """Where a tenant stands in this minute.

    Attributes:
        left: Requests that may still be made, about.
        resets_s: Until the minute is over, in whole seconds.
    """

    is_let: bool
    most: int
    left: int
    resets_s: int


class RequestRate:
    """Counts the requests of tenants."""

    def __init__(self, database: Database, now: Callable[[], datetime], most: int) -> None:
        self._database = database
        self._now = now
        self._most = most
        self._shares: dict[str, Share] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def take(self, tenant: str) -> Standing:
        """Take one request.

        Raises:
            DatabaseUnavailableError: Nobody can say whether there is one left.
        """
        unix_s = int(self._now().timestamp())
        minute, resets_s = unix_s // MINUTE_S, MINUTE_S - unix_s % MINUTE_S
        async with self._locks.setdefault(tenant, asyncio.Lock()):
            share = self._shares.get(tenant)
            if share is None or share.minute != minute:
                share = self._shares[tenant] = Share(minute)
            if share.left == 0 and share.elsewhere > 0:
                wanted = max(1, self._most // SHARES)
                told = (tenant, minute, wanted, self._most)
                share.left, share.elsewhere = await self._database.write(take_requests, *told)
            is_let = share.left > 0
            share.left -= is_let
            return Standing(is_let, self._most, share.left + share.elsewhere, resets_s)
