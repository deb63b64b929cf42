"""Looks every few seconds at what the stages have not ended: how many records, and since when.

An agent's own word is not asked: one that is dead says nothing. Of each partition that is behind,
the one record at the committed offset is read, and only once while the offset stays.
"""

import asyncio
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from schemas.kafka.headers import salvage_headers
from schemas.kafka.topics import TopicKind, TopicNames
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.retention.backlog import Backlog, list_backlogs, list_groups
from services.kafka import ConsumedRecord, Position
from services.telemetry.log import get_log
from services.telemetry.metric import (
    CONSUMER_LAG,
    CONSUMER_OLDEST,
    FULLEST_PARTITION,
    LAG_PROBED,
)

FEW_RECORDS = 20
"""Of fewer no share is told: they may wait in one partition by chance."""
READS_AT_A_LOOK = 48
"""Records read in one look, at most; the rest is of the next one. Then the lag is no secret."""

log = get_log()


class Records(Protocol):
    """Knows where logs begin and end, and reads single records."""

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        """The first offset that each partition still holds, and the one that comes next."""
        ...

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        """The record at an offset; None where the log does not hold it any more."""
        ...


class Groups(Protocol):
    """Knows how far groups are."""

    async def committed(self, group: str) -> dict[Position, int]:
        """The next offsets that a consumer group has committed."""
        ...


class LagProbe:
    """Exports what waits, and since when.

    Args:
        open_admin: Connects, for one look.
        period_s: From one look to the next.
        is_on_duty: Whether it is this gateway that looks.
    """

    def __init__(
        self,
        records: Records,
        open_admin: Callable[[], AbstractAsyncContextManager[Groups]],
        names: TopicNames,
        now: Callable[[], datetime],
        period_s: float,
        is_on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        self._records = records
        self._open_admin = open_admin
        self._names = names
        self._now = now
        self._period_s = period_s
        self._is_on_duty = is_on_duty
        self._since_ms: dict[Position, tuple[int, int]] = {}

    async def run(self) -> None:
        """Look until cancelled; nothing that fails ends the gateway."""
        while True:
            await self._look_safely()
            await asyncio.sleep(self._period_s)  # noqa: TID251 - its pace

    async def _look_safely(self) -> None:
        if not self._is_on_duty():
            self._export({})
            return
        try:
            await self.look()
        except Exception as error:
            self._export({})  # what is not known is no lag of 0
            log.warning("lag_not_seen", error=repr(error))

    async def look(self) -> None:
        """Look once."""
        backlogs = await self._ask()
        behind = {b.position: at for b in backlogs if (at := b.first_open) is not None}
        known = {p: s for p, s in self._since_ms.items() if behind.get(p) == s[0]}
        unread = [item for item in behind.items() if item[0] not in known]
        for position, offset in unread[:READS_AT_A_LOOK]:
            if record := await self._records.read_at(position, offset):
                known[position] = offset, find_waiting_since_ms(record)
        self._since_ms = known
        self._export(self._sort(backlogs))
        LAG_PROBED.set(self._now().timestamp())

    async def _ask(self) -> list[Backlog]:
        groups = list_groups(self._names)
        async with self._open_admin() as admin:
            committed = [await admin.committed(of.group) for of in groups]
        # After the groups' offsets: they are then never beyond the end.
        begin, end = await self._records.bounds()
        pairs = zip(groups, committed, strict=True)
        return [b for of, done in pairs for b in list_backlogs(of, done, begin, end)]

    def _sort(
        self, backlogs: Iterable[Backlog]
    ) -> dict[tuple[StageName, TopicKind], list[Backlog]]:
        sorted_by: dict[tuple[StageName, TopicKind], list[Backlog]] = {}
        for backlog in backlogs:
            kind = self._names.describe(backlog.position[0]).kind
            sorted_by.setdefault((backlog.stage, kind), []).append(backlog)
        return sorted_by

    def _export(self, found: Mapping[tuple[StageName, TopicKind], list[Backlog]]) -> None:
        now_ms = self._now().timestamp() * 1000
        for stage, kind in list_inputs(self._names):
            backlogs = found.get((stage, kind))
            waiting = [self._since_ms[b.position][1] for b in backlogs or () if self._is_known(b)]
            due = [since_ms for since_ms in waiting if since_ms <= now_ms]
            count = sum(b.end - max(b.committed, b.begin) for b in backlogs or ())
            labels = stage.value, kind.label
            CONSUMER_LAG.labels(*labels).set(math.nan if backlogs is None else max(0, count))
            CONSUMER_OLDEST.labels(*labels).set(min(due) / 1000 if due else math.nan)
        for stage in STAGE_ORDER:
            of_stage = [b for key, lags in found.items() if is_work(stage, *key) for b in lags]
            FULLEST_PARTITION.labels(stage).set(find_fullest_share(of_stage))

    def _is_known(self, backlog: Backlog) -> bool:
        return backlog.first_open is not None and backlog.position in self._since_ms


def is_work(wanted: StageName, stage: StageName, kind: TopicKind) -> bool:
    """Whether what waits there is this stage's to do; a retry waits on purpose."""
    return stage is wanted and kind is not TopicKind.RETRIES


def find_fullest_share(backlogs: Iterable[Backlog]) -> float:
    """Of what waits the share in the fullest partition; NaN where little waits."""
    waiting: dict[int, int] = {}
    for backlog in backlogs:
        _, partition = backlog.position
        open_count = max(0, backlog.end - max(backlog.committed, backlog.begin))
        waiting[partition] = waiting.get(partition, 0) + open_count
    total = sum(waiting.values())
    return max(waiting.values()) / total if total >= FEW_RECORDS else math.nan


def find_waiting_since_ms(record: ConsumedRecord) -> int:
    """Since when a record waits for its stage: a planned wait is none, so it begins when due."""
    return salvage_headers(record.headers).not_before_ms or record.timestamp_ms


def list_inputs(names: TopicNames) -> Iterator[tuple[StageName, TopicKind]]:
    """Every stage with the kinds of topics from which it is fed."""
    for stage in STAGE_ORDER:
        kinds = {names.describe(topic).kind for topic in names.inputs(stage)}
        yield from ((stage, kind) for kind in sorted({*kinds, TopicKind.RETRIES}))
