"""Reads topics a slice of time after the other, so that a job's records come together.

A job whose records are folded at once is written once. Topics have no order between them: read one
by one, each record would be a write of its job.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from schemas.kafka.topics import TopicRole
from services.gateway.projection.history import list_new
from services.gateway.projection.log import LogReader
from services.kafka import ConsumedRecord, Position

SLICE_RECORDS = 10_000
MOST_RECORDS = 20_000
MOST_BYTES = 64 * 1024 * 1024
"""A slice that is larger is given in parts: a statement takes so many jobs, and memory so much."""

READ_RECORDS = 2_000

Ends = Mapping[Position, int]
"""An offset of each partition: what lies before it."""

PROBES = 48
"""Halving so often finds a millisecond among all that there have been."""


class SlicedReader(LogReader, Protocol):
    """A reader that knows where times are, and stops at ends."""

    async def offsets_at(self, times_ms: Mapping[Position, int]) -> dict[Position, int]:
        """The first offsets appended at or after the given Unix milliseconds, if any."""
        ...

    def read_to(
        self, ends: Mapping[Position, int], max_records: int
    ) -> AsyncIterator[list[ConsumedRecord]]:
        """Read everything before the given offsets, and what comes along with it."""
        ...


class Slices:
    """Goes from places to ends.

    Args:
        places: Where to begin; the reader is there.
        until_ms: Now, in Unix milliseconds.
        records: About how many a slice has.

    Attributes:
        places: The next offset of each partition, up to which everything was given.
    """

    def __init__(
        self,
        reader: SlicedReader,
        roles: Mapping[str, TopicRole],
        places: Mapping[Position, int],
        until_ms: int,
        records: int = SLICE_RECORDS,
    ) -> None:
        self._reader = reader
        self._roles = roles
        self._until_ms = until_ms
        self._wanted = records
        self._since_ms = self._step_ms = 0
        self._ahead: list[ConsumedRecord] = []
        self.places = dict(places)

    async def read(self, ends: Ends) -> AsyncIterator[Sequence[ConsumedRecord]]:
        """The records before the ends, in parts, each in the order in which they happened."""
        while self._count(ends):
            goal = await self._choose_goal(ends)
            async for part in self._read_slice(goal):
                yield list_new(part, {}, self._roles)
            self.places |= goal

    async def go_back(self, places: Ends) -> None:
        """Read on from places again: what was given since was undone."""
        self.places, self._ahead = dict(places), []
        await self._reader.seek(self.places)

    async def find_goal(self, at_ms: int, ends: Ends) -> dict[Position, int]:
        """Where the first record lies that was appended at a moment or later, before the ends."""
        found = await self._reader.offsets_at(dict.fromkeys(ends, at_ms))
        return {at: max(self.places[at], min(end, found.get(at, end))) for at, end in ends.items()}

    async def _read_slice(self, goal: Ends) -> AsyncIterator[Sequence[ConsumedRecord]]:
        part, self._ahead = _split(self._ahead, goal)
        size = 0
        async for records in self._reader.read_to(goal, READ_RECORDS):
            wanted, beyond = _split(records, goal)
            part, self._ahead = part + wanted, self._ahead + beyond
            size += sum(len(record.value or b"") for record in wanted)
            if size >= MOST_BYTES or len(part) >= MOST_RECORDS:
                yield part
                part, size = [], 0
        yield part

    async def _choose_goal(self, ends: Ends) -> dict[Position, int]:
        """Where a slice ends that is not much larger than it should be."""
        if self._count(ends) <= 2 * self._wanted:
            return dict(ends)
        low, high = self._since_ms, self._until_ms
        guess = low + self._step_ms if self._step_ms else (low + high) // 2
        for _ in range(PROBES):
            goal = await self.find_goal(guess, ends)
            count = self._count(goal)
            if max(1, self._wanted // 2) <= count <= 2 * self._wanted or high - low <= 1:
                break
            low, high = (guess, high) if count < self._wanted else (low, guess)
            guess = (low + high + 1) // 2
        if not self._count(goal):  # of one millisecond there are more than a slice should have
            guess, goal = high, await self.find_goal(high, ends)
        self._step_ms, self._since_ms = max(1, guess - self._since_ms), guess
        # A broker's clock may be ahead of this one.
        return goal if self._count(goal) else dict(ends)

    def _count(self, goal: Ends) -> int:
        return sum(max(0, end - self.places[at]) for at, end in goal.items())


def _split(
    records: Sequence[ConsumedRecord], ends: Ends
) -> tuple[list[ConsumedRecord], list[ConsumedRecord]]:
    """What lies before the ends, and what does not."""
    before, beyond = list[ConsumedRecord](), list[ConsumedRecord]()
    for record in records:
        is_before = record.offset < ends[record.topic, record.partition]
        (before if is_before else beyond).append(record)
    return before, beyond
