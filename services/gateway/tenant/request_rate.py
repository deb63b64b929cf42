"""How many requests a tenant may make in a minute, at all gateways together.

A gateway takes some of a minute's requests at a time from the tables, and lets so many through: no
request writes by itself, and together they are never more. Minutes are those of the clock.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.gateway.database.database import Database, DatabaseUnavailableError
from services.gateway.tenant.limit_store import find_limits
from services.gateway.tenant.settings import TenantSettings
from services.gateway.tenant.store import take_requests

MINUTE_S = 60
SHARES = 20
"""Into how many parts a minute's requests are taken."""


@dataclass
class Share:
    """What this gateway has of a minute.

    Attributes:
        most: What the tenant may ask in it, None for as much as it likes.
        left: What it may still let through.
        elsewhere: What nobody has taken yet.
    """

    minute: int
    most: int | None
    left: int = 0
    elsewhere: int = 1


@dataclass(frozen=True)
class Standing:
    """Where a tenant stands in this minute.

    Attributes:
        most: What it may ask in it, None for as much as it likes.
        left: Requests that may still be made, about.
        resets_s: Until the minute is over, in whole seconds.
    """

    is_let: bool
    most: int | None
    left: int
    resets_s: int


class RequestRate:
    """Counts the requests of tenants."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], limits: TenantSettings
    ) -> None:
        self._database = database
        self._now = now
        self._limits = limits
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
                share = self._shares[tenant] = Share(minute, await self._find_most(tenant))
            if share.most is None:
                return Standing(True, None, 0, resets_s)
            if share.left == 0 and share.elsewhere > 0:
                wanted = max(1, share.most // SHARES)
                told = (tenant, minute, wanted, share.most)
                share.left, share.elsewhere = await self._database.write(take_requests, *told)
            is_let = share.left > 0
            share.left -= is_let
            return Standing(is_let, share.most, share.left + share.elsewhere, resets_s)

    async def _find_most(self, tenant: str) -> int | None:
        try:
            limits = await self._database.read(find_limits, tenant, self._limits)
        except DatabaseUnavailableError:
            if self._limits.requests_per_minute is not None:
                raise
            return None  # what needs no tables is answered without them
        return limits.requests_per_minute
