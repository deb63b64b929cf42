"""Live work goes first: a replay starts nothing while a record waits for a stage for long.

A replay's own records wait with the others, so it holds itself back, too, and a live record never
stands behind more of them than a stage does in that time; nor behind more than a number of them,
where that is bounded.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.kafka import ConsumedRecord, Position

LOOK_S = 1.0
"""How old a look may be where something is started."""

AHEAD_S = 0.75
"""A look that is older is taken anew before a turn is waited for: then it makes no turn late."""

COUNT_S = 0.25
"""How often is counted at most, where a number is bounded: stages commit once a second."""


class Groups(Protocol):
    """Knows how far groups are."""

    async def committed(self, group: str) -> dict[Position, int]:
        """The next offsets that a consumer group has committed."""
        ...


class Records(Protocol):
    """Knows where logs begin and end, and since when, and reads single records."""

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        """The first offset that each partition still holds, and the one that comes next."""
        ...

    async def first_since(
        self, times_ms: Mapping[Position, int]
    ) -> dict[Position, tuple[int, int]]:
        """Offset and append time of the first record at or after a time, in Unix milliseconds."""
        ...

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        """The record at an offset; None where it is not there any more."""
        ...


class LiveWork:
    """Waits while what is waiting for some stages has waited for too long.

    What waits for a planned retry is no live work, since no stage could take it yet; what a
    parked stage does not take is.

    Args:
        most_s: For how long the oldest record may wait, in seconds; 0 for however long.
        most_open: So many records the stages may have open, live ones too; None for any number.
        now: The wall clock, aware.
        pause: Waits for so many seconds.

    Attributes:
        waited_s: How long a replay was held back so far.
    """

    def __init__(
        self,
        groups: Groups,
        records: Records,
        names: TopicNames,
        stages: Sequence[StageName],
        most_s: float,
        now: Callable[[], datetime],
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,  # noqa: TID251 - its purpose
        clock: Callable[[], float] = time.monotonic,
        most_open: int | None = None,
    ) -> None:
        self._groups = groups
        self._records = records
        self._names = names
        self._stages = stages
        self._most_s = most_s
        self._now = now
        self._pause = pause
        self._clock = clock
        self._most_open = most_open
        self._room = 0
        self._looked_at = -math.inf
        self.waited_s = 0.0

    async def look_ahead(self) -> None:
        """Look now where `let_pass` would have to soon."""
        is_old = self._clock() - self._looked_at >= AHEAD_S
        if self._most_s and is_old and not await self.is_late():
            self._looked_at, self._room = self._clock(), 0

    async def let_pass(self) -> None:
        """Return once no record has waited for longer than it may, and there is room for one."""
        if self._clock() - self._looked_at >= LOOK_S:
            while self._most_s and await self.is_late():
                await self._hold_back(LOOK_S)
            self._looked_at, self._room = self._clock(), 0
        if self._most_open is None:
            return
        while self._room <= 0:
            self._room = self._most_open - await self.count_open()
            if self._room <= 0:
                await self._hold_back(COUNT_S)
        self._room -= 1

    async def count_open(self) -> int:
        """How many records the stages could take, or have in hand."""
        return sum([end - first async for _, first, end in self._list_open()])

    async def is_late(self) -> bool:
        """Whether a record that a stage could take has waited for longer than it may."""
        heads = {position: first async for position, first, _ in self._list_open()}
        if not heads:
            return False
        since_ms = int((self._now().timestamp() - self._most_s) * 1000)
        found = await self._records.first_since(dict.fromkeys(heads, since_ms))
        # Append times do not fall within a log, so what lies before the first since then is older.
        old = [at for at, first in heads.items() if at not in found or first < found[at][0]]
        # A log may end in what is no record: the marker of a transaction. So it is read.
        return any([await self._find_age_s(at, heads[at]) > self._most_s for at in old])

    async def _list_open(self) -> AsyncIterator[tuple[Position, int, int]]:
        """Each input that has open records: the first of them, and where the log ends."""
        committed = [await self._groups.committed(self._names.group(s)) for s in self._stages]
        # After the groups' offsets: they are then never beyond the end.
        begins, ends = await self._records.bounds()
        for stage, done in zip(self._stages, committed, strict=True):
            for position, end in ends.items():
                first = max(done.get(position, 0), begins[position])
                if position[0] in self._names.inputs(stage) and first < end:
                    yield position, first, end

    async def _hold_back(self, seconds: float) -> None:
        await self._pause(seconds)
        self.waited_s += seconds

    async def _find_age_s(self, position: Position, offset: int) -> float:
        record = await self._records.read_at(position, offset)
        if record is None:
            return 0.0
        return self._now().timestamp() - record.timestamp_ms / 1000
