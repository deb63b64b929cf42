"""Folds the topics into the tables: one task, rows and offsets in one transaction.

It has no group and keeps its offsets in the tables, so that a crash repeats and loses nothing. A
record that cannot be read is counted, logged and passed over: it never stops the projection.
"""

import asyncio
from collections.abc import Mapping, Sequence

from schemas.kafka.topics import TopicRole
from services.gateway.database.database import Database
from services.gateway.lease.share import Share, WholeShare
from services.gateway.lease.store import LostLeaseError
from services.gateway.projection.history import (
    OtherHistoryError,
    find_restart,
    is_other_history,
    list_new,
)
from services.gateway.projection.log import LogReader, wait_for_leaders
from services.gateway.projection.pace import pause_after
from services.gateway.projection.progress import Progress
from services.gateway.projection.store import (
    Tell,
    begin_projection,
    load_projection,
    replace_projection,
    tell_nobody,
)
from services.gateway.projection.tables import Tables
from services.gateway.projection.transition import report
from services.gateway.status.change import Change
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import Position, tell_gone
from services.lifecycle.failpoint import NO_FAILPOINTS, Failpoints, Point
from services.telemetry.log import get_log
from services.telemetry.metric import LEASES_LOST

MAX_RECORDS = 500
READ_TIMEOUT_S = 5.0
SHARED_READ_TIMEOUT_S = 0.5
"""Where leases come and go, it is looked at them so often."""
NO_CLUSTER = ""

log = get_log()


class Projector:
    """Keeps the tables up to date with the topics.

    Args:
        share: Which partitions are this gateway's to fold; None for all of them.
        tell: Notes who is to be told of what is folded, in its transaction.
    """

    def __init__(
        self,
        reader: LogReader,
        database: Database,
        roles: Mapping[str, TopicRole],
        notifier: ChangeNotifier,
        failpoints: Failpoints = NO_FAILPOINTS,
        share: Share | None = None,
        tell: Tell = tell_nobody,
    ) -> None:
        self._reader = reader
        self._roles = roles
        self._notifier = notifier
        self._failpoints = failpoints
        self._share = share or WholeShare()
        self.tables = Tables(database, roles, self._share, failpoints, tell)
        self._cluster_id, self._progress = "", Progress()
        self._followed: int | None = 0
        self._is_open = self._is_rebuilding = self._has_read_again = False
        self._in_hand = 0

    @property
    def caught_up(self) -> asyncio.Event:
        """Set once everything is folded that the topics held when this process began."""
        return self._progress.caught_up

    @property
    def projection_id(self) -> str:
        """Names this filling of the tables."""
        return self.tables.projection_id

    @property
    def is_open(self) -> bool:
        """Whether it is known that the tables are of these topics, and where they go on."""
        return self._is_open

    @property
    def is_caught_up(self) -> bool:
        """Whether everything is folded that the topics held when this process began."""
        return self._is_open and not self._progress.is_open

    def has_folded(self, ends: Mapping[Position, int]) -> bool:
        """Whether the tables hold everything before the given offsets."""
        return self._progress.has_reached(ends)

    async def prepare(self, cluster_id: str) -> None:
        """Find out where to go on; another history than that of the tables means to begin again."""
        self._cluster_id, self._is_open = cluster_id, False
        await self._reader.hold(None)
        begin, end = await self._reader.begin_offsets(), await self._reader.end_offsets()
        judged = projection = await self.tables.read(load_projection)
        if projection is None or await is_other_history(
            self._reader, self.tables.read, projection, cluster_id
        ):
            projection = await self.tables.write(replace_projection, judged, cluster_id)
            self._is_rebuilding = True
        self.tables.projection_id = projection.projection_id
        stored = {at: n for at, n in projection.positions.items() if at in begin}
        for at in stored:
            tell_gone(at, stored[at], begin[at], end[at])
        here = {at: max(first, stored.get(at, 0)) for at, first in begin.items()}
        self._progress.begin(here, end)
        await self._reader.seek(here)
        self._followed = None if self._share.is_divided else 0
        self._is_open = True
        self._share.join()
        log.info("projection_opened", rebuild=self._is_rebuilding, generation=self.projection_id)
        self._note_progress({})

    async def run(self) -> None:
        """Fold records until cancelled, and what was kept for this release.

        Raises:
            OtherHistoryError: A topic was made again, or its log has lost its end.
        """
        while True:
            count = await self.step()
            pause_s = pause_after(count) if self.is_caught_up else 0
            await asyncio.sleep(pause_s)  # noqa: TID251 - lets the next batch gather

    async def step(self) -> int:
        """Fold what has arrived, and say how many records that was."""
        try:
            await self._follow()
            await self._read_again()
            return await self._step()
        except LostLeaseError as error:
            # What it has in hand is written by whoever has taken over; it is read anew from there.
            self._in_hand, self._followed = 0, None
            LEASES_LOST.inc()
            log.warning("lease_lost", reason=str(error))
            await self.tables.patiently(self._share.refresh)
            return 0

    async def _step(self) -> int:
        wait_s = SHARED_READ_TIMEOUT_S if self._share.is_divided else READ_TIMEOUT_S
        other = next(iter(await self._reader.find_other()), None)
        records = await self._reader.read(wait_s, MAX_RECORDS) if other is None else []
        known = self._progress.positions
        if other := other or await find_restart(self.tables.read, records, known):
            # The next start fills them anew; until then they say nothing of any job.
            self._is_open = False
            await self.tables.write(begin_projection, NO_CLUSTER)
            raise OtherHistoryError(other)
        if not records:
            await self._pass_gaps()
            return 0
        self._in_hand = len(records)
        new = list_new(records, self._progress.positions, self._roles)
        async for folded in self.tables.fold(new):
            self._take_in(*folded)
        self._in_hand = 0
        return len(records)

    async def _follow(self) -> None:
        """Where there are other gateways: see how far they are, and what is this one's to do."""
        if not self._share.is_divided:
            return
        version = self._share.version
        projection = await self.tables.read(load_projection)
        if projection is None or projection.projection_id != self.tables.projection_id:
            await self._follow_rebuild()
            return
        mine = self._share.holds
        is_new = version != self._followed
        others = {at: n for at, n in projection.positions.items() if is_new or not mine(at[1])}
        known = self._progress.positions
        self._note_progress({at: max(n, known[at]) for at, n in others.items() if at in known})
        if is_new:
            held = {at: n for at, n in self._progress.positions.items() if mine(at[1])}
            await self._reader.hold({partition for _, partition in held})
            await self._reader.seek(held)
            self._followed = version

    async def _follow_rebuild(self) -> None:
        """Another gateway has begun to fill the tables anew, or a later release will."""
        if self._share.is_aside:
            self._is_open = False
            await self._reader.hold(set())
            return
        log.warning("projection_replaced", generation=self.tables.projection_id)
        self._notifier.restart()
        await wait_for_leaders(lambda: self.prepare(self._cluster_id))

    async def _read_again(self) -> None:
        """What was kept for this release is read by one gateway, once that is this one."""
        if self._share.is_lead and not self._has_read_again:
            self._has_read_again = True
            await self.read_again()

    async def read_again(self) -> None:
        """Fold what an earlier release could not read, as far as this one can."""
        async for changes in self.tables.read_again():
            self._tell(changes)

    def _take_in(self, changes: Sequence[Change], positions: Mapping[Position, int]) -> None:
        self._failpoints.reach(Point.PROJECTED)
        self._tell(changes)
        self._note_progress(positions)

    async def measure_lag(self) -> int:
        """How many records the topics hold beyond the tables. A gap at the end of a log is none."""
        return await self._measure(await self._reader.end_offsets())

    async def measure_own_lag(self) -> int:
        """How many of them are this gateway's to fold."""
        ends = await self._reader.end_offsets()
        return await self._measure({at: n for at, n in ends.items() if self._share.holds(at[1])})

    async def _measure(self, ends: Mapping[Position, int]) -> int:
        if not (self._share.is_divided or self._in_hand) and await self._reader.has_reached(ends):
            return 0
        return self._progress.count_left(ends)

    async def _pass_gaps(self) -> None:
        # A log may end in offsets that no record has: the marker of a transaction, say.
        known = self._progress.positions
        places = await self._reader.places()
        passed = {at: n for at, n in places.items() if self._share.holds(at[1]) and n > known[at]}
        if passed:
            self._take_in(*await self.tables.move_on(passed))

    def _note_progress(self, positions: Mapping[Position, int]) -> None:
        was_open = self._progress.is_open
        self._progress.move(positions)
        if not self._progress.is_open and (was_open or self._is_rebuilding):
            self._is_rebuilding = False
            log.info("projection_caught_up", generation=self.tables.projection_id)

    def _tell(self, changes: Sequence[Change]) -> None:
        self._notifier.notify(change.job_id for change in changes)
        if not self._is_rebuilding:
            for change in changes:
                report(change)
