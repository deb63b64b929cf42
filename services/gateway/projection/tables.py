"""The tables that the topics fill. What is folded into them is folded once.

A database that is busy, full or away ends nothing. A record that cannot be folded is found by
halves and set aside. Each transaction requires first that the tables and the partitions are still
this gateway's to fill.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from schemas.kafka.topics import TopicRole
from services.gateway.database.database import Connection, Database, DatabaseUnavailableError
from services.gateway.database.patience import wait_for_database
from services.gateway.lease.share import Share
from services.gateway.lease.store import LostLeaseError
from services.gateway.projection.batch import BatchFolding, set_aside
from services.gateway.projection.store import Tell, require_projection, tell_nobody
from services.gateway.projection.unread_store import (
    Place,
    count_unread,
    forget_unread,
    list_unread,
    place_of,
)
from services.gateway.status.change import Change
from services.kafka import ConsumedRecord, Position
from services.lifecycle.failpoint import Failpoints
from services.telemetry.log import get_log
from services.telemetry.metric import PROJECTOR_RETRIES, PROJECTOR_UNREAD

MAX_KEPT = 100

T = TypeVar("T")

log = get_log()

Folded = tuple[Sequence[Change], Mapping[Position, int]]
"""What has changed, and the next offsets."""


class Tables:
    """Folds records into the tables.

    Attributes:
        projection_id: The name under which they are filled.
        moved: Grows with every transaction.
    """

    def __init__(
        self,
        database: Database,
        roles: Mapping[str, TopicRole],
        share: Share,
        failpoints: Failpoints,
        tell: Tell = tell_nobody,
    ) -> None:
        self._database = database
        self._share = share
        self._batch = BatchFolding(roles, failpoints, share, tell)
        self.projection_id = ""
        self.waits_for_database = False
        self.moved = 0

    async def fold(self, records: Sequence[ConsumedRecord]) -> AsyncIterator[Folded]:
        """Fold records together; where one of them cannot be, that one is found and set aside.

        Raises:
            LostLeaseError: They are another gateway's to fold. Nothing is written.
        """
        positions = next_offsets(records)
        try:
            changes = await self.write(self._apply, records, positions)
        except LostLeaseError:
            raise
        except Exception as error:
            async for folded in self._fold_apart(records, error):
                yield folded
        else:
            yield changes, positions

    async def move_on(self, positions: Mapping[Position, int]) -> Folded:
        """Go on to offsets, with nothing to fold before them."""
        return await self.write(self._apply, [], positions), positions

    async def read_again(self) -> AsyncIterator[Sequence[Change]]:
        """Fold what an earlier release could not read, as far as this one can."""
        after: Place | None = None
        while kept := await self.read(list_unread, after, MAX_KEPT):
            for record in kept:
                yield await self._fold_again(record)
            after = place_of(kept[-1])
        left = await self.read(count_unread)
        PROJECTOR_UNREAD.set(left)
        if after is not None:
            log.info("kept_records_read_again", left=left)

    async def write(self, work: Callable[..., T], *arguments: object) -> T:
        """Change the tables."""
        answer = await self.patiently(lambda: self._database.write(work, *arguments))
        self.moved += 1
        return answer

    async def read(self, work: Callable[..., T], *arguments: object) -> T:
        """Read the tables."""
        return await self.patiently(lambda: self._database.read(work, *arguments))

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until the database answers."""
        answer = await wait_for_database(ask, self._tell_wait)
        self.waits_for_database = False
        return answer

    async def _fold_apart(
        self, records: Sequence[ConsumedRecord], error: Exception
    ) -> AsyncIterator[Folded]:
        middle = len(records) // 2
        if not middle:
            set_aside(records[0], "unfoldable", error=repr(error))
            yield await self.move_on(next_offsets(records))
            return
        for half in (records[:middle], records[middle:]):
            async for folded in self.fold(half):
                yield folded

    async def _fold_again(self, record: ConsumedRecord) -> Sequence[Change]:
        try:
            return await self.write(self._batch.apply_again, record)
        except Exception as error:
            set_aside(record, "unfoldable", error=repr(error))
            await self.write(forget_unread, record)
            return ()

    def _apply(
        self,
        connection: Connection,
        records: Sequence[ConsumedRecord],
        positions: Mapping[Position, int],
    ) -> tuple[Change, ...]:
        require_projection(connection, self.projection_id)
        self._share.fence(connection, {partition for _, partition in positions})
        return self._batch.apply(connection, records, positions)

    def _tell_wait(self, error: DatabaseUnavailableError) -> None:
        self.waits_for_database = True
        PROJECTOR_RETRIES.inc()
        log.warning("projection_waits", error=str(error))


def next_offsets(records: Sequence[ConsumedRecord]) -> dict[Position, int]:
    """Where reading goes on after records, which are in the order of their offsets."""
    return {(record.topic, record.partition): record.offset + 1 for record in records}
