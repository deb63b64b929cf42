"""Folds the topics into the tables: one task, rows and offsets in one transaction.

It has no group and keeps its offsets in the tables, so that a crash repeats and loses nothing. A
record that cannot be read is counted, logged and passed over: it never stops the projection.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from schemas.kafka.topics import TopicRole
from services.gateway.database.database import Database, DatabaseUnavailableError
from services.gateway.database.patience import wait_for_database
from services.gateway.projection.batch import BatchFolding, set_aside
from services.gateway.projection.history import (
    OtherHistoryError,
    find_restart,
    is_other_history,
)
from services.gateway.projection.log import LogReader
from services.gateway.projection.pace import pause_after
from services.gateway.projection.store import (
    apply_facts,
    begin_projection,
    load_projection,
)
from services.gateway.projection.transition import report
from services.gateway.projection.unread_store import (
    Place,
    count_unread,
    forget_unread,
    list_unread,
    place_of,
)
from services.gateway.status.change import Change
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import ConsumedRecord, Position, tell_gone
from services.lifecycle.failpoint import NO_FAILPOINTS, Failpoints, Point
from services.telemetry.log import get_log
from services.telemetry.metric import (
    PROJECTOR_RETRIES,
    PROJECTOR_UNREAD,
)

MAX_RECORDS = 500
MAX_KEPT = 100
READ_TIMEOUT_S = 5.0
NO_CLUSTER = ""

T = TypeVar("T")

log = get_log()


class Projector:
    """Keeps the tables up to date with the topics.

    Attributes:
        moved: Grows with every batch that is folded.
    """

    def __init__(
        self,
        reader: LogReader,
        database: Database,
        roles: Mapping[str, TopicRole],
        notifier: ChangeNotifier,
        failpoints: Failpoints = NO_FAILPOINTS,
    ) -> None:
        self._reader = reader
        self._database = database
        self._roles = roles
        self._notifier = notifier
        self._failpoints = failpoints
        self._batch = BatchFolding(roles, failpoints)
        self._projection_id = ""
        self._positions: dict[Position, int] = {}
        self._goal: dict[Position, int] = {}
        self._is_open = self._is_rebuilding = False
        self._in_hand = 0
        self.waits_for_database = False
        self.moved = 0
        self.caught_up = asyncio.Event()

    @property
    def projection_id(self) -> str:
        """Names this filling of the tables. Fixed once it is open."""
        return self._projection_id

    @property
    def is_open(self) -> bool:
        """Whether it is known that the tables are of these topics, and where they go on."""
        return self._is_open

    @property
    def is_caught_up(self) -> bool:
        """Whether everything is folded that the topics held when this process began."""
        return self._is_open and not self._goal

    def has_folded(self, ends: Mapping[Position, int]) -> bool:
        """Whether the tables hold everything before the given offsets."""
        return all(self._positions.get(at, 0) >= end for at, end in ends.items())

    async def prepare(self, cluster_id: str) -> None:
        """Find out where to go on; another history than that of the tables means to begin again."""
        begin, end = await self._reader.begin_offsets(), await self._reader.end_offsets()
        projection = await self._read(load_projection)
        if projection is None or await is_other_history(
            self._reader, self._read, projection, cluster_id
        ):
            projection = await self._write(begin_projection, cluster_id)
            self._is_rebuilding = True
        self._projection_id = projection.projection_id
        stored = {at: n for at, n in projection.positions.items() if at in begin}
        self._positions = {at: max(first, stored.get(at, 0)) for at, first in begin.items()}
        for at in stored:
            tell_gone(at, stored[at], begin[at], end[at])
        self._goal = {at: last for at, last in end.items() if last > self._positions[at]}
        await self._reader.seek(self._positions)
        self._is_open = True
        log.info("projection_opened", generation=self._projection_id, rebuild=self._is_rebuilding)
        self._note_progress()

    async def run(self) -> None:
        """Fold what was kept for this release, then records until cancelled.

        Raises:
            OtherHistoryError: A topic was made again, or its log has lost its end.
        """
        await self.read_again()
        while True:
            count = await self.step()
            pause_s = pause_after(count) if self.is_caught_up else 0
            await asyncio.sleep(pause_s)  # noqa: TID251 - lets the next batch gather

    async def step(self) -> int:
        """Fold what has arrived, and say how many records that was."""
        records = await self._reader.read(READ_TIMEOUT_S, MAX_RECORDS)
        if not records:
            await self._pass_gaps()
            return 0
        if other := await find_restart(self._read, records, self._positions):
            # The next start fills them anew; under this one others have their name.
            await self._write(begin_projection, NO_CLUSTER)
            raise OtherHistoryError(other)
        self._in_hand = len(records)
        await self._fold(self._in_time(records))
        self._in_hand = 0
        return len(records)

    async def read_again(self) -> None:
        """Fold what an earlier release could not read, as far as this one can."""
        after: Place | None = None
        while kept := await self._patiently(self._database.read, list_unread, after, MAX_KEPT):
            for record in kept:
                await self._fold_again(record)
            after = place_of(kept[-1])
        left = await self._patiently(self._database.read, count_unread)
        PROJECTOR_UNREAD.set(left)
        if after is not None:
            log.info("kept_records_read_again", left=left)

    async def _fold_again(self, record: ConsumedRecord) -> None:
        try:
            self._tell(await self._write(self._batch.apply_again, record))
        except Exception as error:
            set_aside(record, "unfoldable", exc_info=error)
            await self._write(forget_unread, record)

    async def _fold(self, records: Sequence[ConsumedRecord]) -> None:
        """Fold records together; where one of them cannot be, that one is found and set aside."""
        positions = _next_offsets(records)
        try:
            changes = await self._write(self._batch.apply, records, positions)
        except Exception as error:
            await self._fold_apart(records, error)
        else:
            self._take_in(changes, positions)

    async def _fold_apart(self, records: Sequence[ConsumedRecord], error: Exception) -> None:
        middle = len(records) // 2
        if middle:
            await self._fold(records[:middle])
            await self._fold(records[middle:])
            return
        set_aside(records[0], "unfoldable", exc_info=error)
        positions = _next_offsets(records)
        self._take_in(await self._write(apply_facts, [], positions), positions)

    def _take_in(self, changes: Sequence[Change], positions: Mapping[Position, int]) -> None:
        self._failpoints.reach(Point.PROJECTED)
        self._tell(changes)
        self._positions |= positions
        self._note_progress()

    async def _write(self, work: Callable[..., T], *arguments: object) -> T:
        """Write, for as long as it takes: a database that is busy, full or away ends nothing."""
        return await self._patiently(self._database.write, work, *arguments)

    async def _read(self, work: Callable[..., T], *arguments: object) -> T:
        return await self._patiently(self._database.read, work, *arguments)

    async def _patiently(self, ask: Callable[..., Awaitable[T]], *arguments: object) -> T:
        answer = await wait_for_database(lambda: ask(*arguments), self._tell_wait)
        self.waits_for_database = False
        self.moved += 1
        return answer

    def _tell_wait(self, error: DatabaseUnavailableError) -> None:
        self.waits_for_database = True
        PROJECTOR_RETRIES.inc()
        log.warning("projection_waits", error=str(error))

    def _in_time(self, records: Sequence[ConsumedRecord]) -> list[ConsumedRecord]:
        # Topics have no order between them: by time, a job's history reads as it happened.
        return sorted(records, key=lambda r: (r.timestamp_ms, self._roles[r.topic].kind))

    async def measure_lag(self) -> int:
        """How many records the topics hold beyond the tables. A gap at the end of a log is none."""
        end = await self._reader.end_offsets()
        if not self._in_hand and await self._reader.has_reached(end):
            return 0
        return sum(max(0, last - self._positions.get(at, 0)) for at, last in end.items())

    async def _pass_gaps(self) -> None:
        # A log may end in offsets that no record has: the marker of a transaction, say.
        if self._goal and await self._reader.has_reached(self._goal):
            self._positions |= self._goal
            self._note_progress()

    def _note_progress(self) -> None:
        was_open, here = bool(self._goal), self._positions
        self._goal = {at: last for at, last in self._goal.items() if here[at] < last}
        if not self._goal:
            self.caught_up.set()
        if not self._goal and (was_open or self._is_rebuilding):
            self._is_rebuilding = False
            log.info("projection_caught_up", generation=self._projection_id)

    def _tell(self, changes: Sequence[Change]) -> None:
        self._notifier.notify(change.job_id for change in changes)
        if not self._is_rebuilding:
            for change in changes:
                report(change)


def _next_offsets(records: Sequence[ConsumedRecord]) -> dict[Position, int]:
    return {(record.topic, record.partition): record.offset + 1 for record in records}
