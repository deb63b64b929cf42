"""Publishes again what a crash has cut off, of this gateway or of one that shares its tables."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from services.gateway.database.moment import LATEST
from services.gateway.dead_letter.desk import Desk
from services.gateway.lease.share import Share
from services.gateway.projection.projector import Projector
from services.gateway.submission.intake import Intake

LOOK_S = 5.0
MARGIN_S = 5.0


class Recovery:
    """Recovers posts and redrives.

    Args:
        under_way_s: How long one may be under way, in seconds.
        now: The wall clock, aware.
    """

    def __init__(
        self,
        intake: Intake,
        desk: Desk,
        share: Share,
        under_way_s: float,
        now: Callable[[], datetime],
    ) -> None:
        self._intake = intake
        self._desk = desk
        self._share = share
        self._under_way = timedelta(seconds=under_way_s + MARGIN_S)
        self._now = now

    async def run(self, projector: Projector) -> None:
        """Recover once the tables hold what has arrived; beside others, again and again."""
        await projector.caught_up.wait()
        if not self._share.is_divided:
            await self.recover(LATEST)
        while self._share.is_divided:
            if self._share.is_lead and projector.is_caught_up:
                await self.recover(self._now() - self._under_way)
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - its pace

    async def recover(self, before: datetime) -> None:
        """Publish again what was begun before a moment and has no known end."""
        await self._intake.recover(before)
        await self._desk.recover(before)
