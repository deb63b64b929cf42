"""Looks, at start and every so often, at what Kafka has deleted before its stage had ended it.

Nobody else can see it: the stage goes on where the log begins, without a word. The jobs themselves
are ended at their deadline, as `lost` where no topic has their record any more.
"""

import asyncio
import math
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.database.database import Database
from services.gateway.retention.backlog import Backlog, find_age, list_backlogs, list_groups
from services.gateway.retention.store import find_appended
from services.kafka import Position, TopicState
from services.telemetry.log import get_log
from services.telemetry.metric import (
    STAGE_OLDEST_AGE,
    STAGE_OLDEST_SHARE,
    STAGE_RECORDS_EXPIRED,
)

RETENTION = "retention.ms"
NEAR = 0.5
"""The share of a topic's retention from which on the log says with every look how old it is."""

log = get_log()


class Records(Protocol):
    """Knows where logs begin and end."""

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        """The first offset that each partition still holds, and the one that comes next."""
        ...


class Admin(Protocol):
    """Looks at topics and groups."""

    async def committed(self, group: str) -> dict[Position, int]:
        """The next offsets that a consumer group has committed."""
        ...

    async def describe(self, names: Collection[str]) -> dict[str, TopicState]:
        """The topics of these names that exist."""
        ...


class RetentionWatch:
    """Tells what is gone unread, and how near the oldest of what is left is to it.

    Args:
        open_admin: Connects, for one look.
        now: The wall clock, aware.
        period_s: From one look to the next.
        is_on_duty: Whether it is this gateway that looks.
    """

    def __init__(
        self,
        database: Database,
        records: Records,
        open_admin: Callable[[], AbstractAsyncContextManager[Admin]],
        names: TopicNames,
        now: Callable[[], datetime],
        period_s: float,
        is_on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        self._period_s = period_s
        self._is_on_duty = is_on_duty
        self._database = database
        self._records = records
        self._open_admin = open_admin
        self._names = names
        self._now = now
        self._told: dict[Position, int] = {}
        for stage in STAGE_ORDER:
            STAGE_RECORDS_EXPIRED.labels(stage)

    async def run(self) -> None:
        """Look again and again until cancelled; nothing that fails ends the gateway."""
        while True:
            try:
                if self._is_on_duty():
                    await self.look()
                else:
                    _forget()
            except Exception as error:
                log.warning("retention_not_seen", error=repr(error))
            await asyncio.sleep(self._period_s)  # noqa: TID251 - its pace

    async def look(self) -> None:
        """Look once."""
        backlogs, retention_ms = await self._ask()
        for backlog in backlogs:
            self._tell_gone(backlog)
        open_at = {b.position: at for b in backlogs if (at := b.first_open) is not None}
        appended = await self._database.read(find_appended, open_at)
        for stage in STAGE_ORDER:
            self._tell_age(stage, [b for b in backlogs if b.stage is stage], appended, retention_ms)

    async def _ask(self) -> tuple[list[Backlog], dict[str, int]]:
        groups = list_groups(self._names)
        # Before the groups' offsets: one that moves on meanwhile has lost nothing.
        begin, end = await self._records.bounds()
        async with self._open_admin() as admin:
            committed = [await admin.committed(of.group) for of in groups]
            states = await admin.describe([topic for of in groups for topic in of.topics])
        backlogs = [
            backlog
            for of, done in zip(groups, committed, strict=True)
            for backlog in list_backlogs(of, done, begin, end)
        ]
        return backlogs, {name: int(s.config[RETENTION]) for name, s in states.items()}

    def _tell_gone(self, backlog: Backlog) -> None:
        """Tell what is gone that was not told before."""
        told = self._told.get(backlog.position, 0)
        gone = max(0, backlog.begin - max(backlog.committed, told))
        self._told[backlog.position] = max(told, backlog.begin)
        if gone:
            STAGE_RECORDS_EXPIRED.labels(backlog.stage).inc(gone)
            topic, partition = backlog.position
            where = {"stage": backlog.stage, "topic": topic, "partition": partition}
            log.error("records_expired", count=gone, next_offset=backlog.begin, **where)

    def _tell_age(
        self,
        stage: StageName,
        backlogs: list[Backlog],
        appended: Mapping[Position, int],
        retention_ms: Mapping[str, int],
    ) -> None:
        now_ms = int(self._now().timestamp() * 1000)
        age = find_age(backlogs, appended, retention_ms, now_ms)
        STAGE_OLDEST_AGE.labels(stage).set(age.seconds)
        STAGE_OLDEST_SHARE.labels(stage).set(age.share)
        if age.share >= NEAR:
            told = {"age_s": round(age.seconds), "share": round(age.share, 3)}
            log.error("records_near_retention", stage=stage, **told)


def _forget() -> None:
    """Export that nothing is known: another gateway looks, and what this one saw gets old."""
    for stage in STAGE_ORDER:
        STAGE_OLDEST_AGE.labels(stage).set(math.nan)
        STAGE_OLDEST_SHARE.labels(stage).set(math.nan)
