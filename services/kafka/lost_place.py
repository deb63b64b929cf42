"""Where reading goes on when a log no longer holds the record that was to be read next.

A log loses its beginning to retention and to whoever deletes records, and its end with a disk, a
power cut or a leader that had not copied everything; a topic made again has lost both. The broker
then answers "offset out of range", and a client that resets its position by itself says nothing.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from aiokafka.errors import OffsetOutOfRangeError

from services.kafka.value import BrokerUnavailableError, ConsumedRecord, Position
from services.telemetry.log import get_log
from services.telemetry.metric import POSITIONS_LOST, RECORDS_GONE

OUTAGE_MARGIN_MS = 10 * 60 * 1000
"""Clocks, and a reader that notices late, may differ by so much. In milliseconds."""

LOOK_S = 10.0
"""So often it is asked whether the logs are still the same; a request costs about a millisecond."""

log = get_log()


class Loss(StrEnum):
    """What a log has lost of what was before a position, or at it."""

    BEGINNING = "beginning"
    END = "end"


@dataclass(frozen=True)
class Place:
    """Where to go on, and why not at the position that was next."""

    offset: int
    loss: Loss


FindPlace = Callable[[Position, int], Awaitable[Place]]
"""Finds where to go on in a log that does not hold the given offset."""


def judge_loss(offset: int, begin: int) -> Loss:
    """What was lost, of a log that the broker says does not reach to an offset.

    An offset that is not below the beginning was beyond the end, even if the log has grown since.
    """
    return Loss.BEGINNING if offset < begin else Loss.END


def choose_place(offset: int, begin: int, end: int, since: int | None) -> Place:
    """Choose where to go on.

    Where the end was lost, new records stand at offsets that had been read before, so reading
    begins again at the last ones that are surely older than the outage: to read a record twice
    costs nothing, its answer is known; to pass over a new one loses a job.

    Args:
        since: The first record that may be younger than the outage; None where it is not known.
    """
    loss = judge_loss(offset, begin)
    if loss is Loss.BEGINNING:
        return Place(begin, loss)
    return Place(begin if since is None else max(begin, min(since, end)), loss)


def tell_gone(position: Position, offset: int, begin: int, end: int) -> None:
    """Say how many offsets a log has lost at its beginning before they were read, if any."""
    if offset < begin:
        tell_loss(position, offset, begin, end, Place(begin, Loss.BEGINNING))


def tell_loss(position: Position, offset: int, begin: int, end: int, place: Place) -> None:
    """Say what was lost: once for each time that a position was."""
    topic, partition = position
    POSITIONS_LOST.labels(place.loss.value).inc()
    bound = log.bind(topic=topic, partition=partition, next=offset, begin=begin, end=end)
    if place.loss is Loss.BEGINNING:
        RECORDS_GONE.inc(begin - offset)
        bound.error("log_lost_beginning", records_gone=begin - offset)
    else:
        bound.critical("log_lost_end", read_again_from=place.offset)


def read_lost(error: OffsetOutOfRangeError) -> Mapping[Position, int]:
    """The positions that an error of the client names."""
    return {(tp.topic, tp.partition): offset for tp, offset in error.args[0].items()}


FindNext = Callable[[], Awaitable[Mapping[Position, int]]]
"""Says which offsets are to be read next."""


class Witness(Protocol):
    """Looks into logs, apart from whoever reads them."""

    async def first_since(
        self, times_ms: Mapping[Position, int]
    ) -> dict[Position, tuple[int, int]]:
        """Offset and append time of the first record at or after a time, in Unix milliseconds."""
        ...

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        """The record at an offset; None where the log does not hold it."""
        ...


@dataclass(frozen=True)
class Landmark:
    """A record that a log held. at_ms is its append time, in Unix milliseconds."""

    offset: int
    at_ms: int


class Landmarks:
    """Knows a log again by the last record that was seen of it.

    A topic that was made again, or a log that has lost its end, may have grown past what was to be
    read next. The broker then finds nothing wrong, and what stands before that is never read.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, witness: Witness, clock: Callable[[], float] = time.monotonic) -> None:
        self._witness = witness
        self._clock = clock
        self._marks: dict[Position, Landmark | None] = {}
        self._look_at = clock() + LOOK_S

    def note(self, position: Position, offset: int, at_ms: int) -> None:
        """Take a record that was read for the last one that was seen of its log."""
        self._marks[position] = Landmark(offset, at_ms)

    def note_all(self, records: Iterable[ConsumedRecord]) -> None:
        """Take in what was read, in the order of the offsets."""
        for record in records:
            self._marks[record.topic, record.partition] = _mark(record)

    def forget(self, positions: Iterable[Position]) -> None:
        """Forget logs of which other records are read from now on.

        One that went to another reader, and comes back, is not forgotten: if it is another by then,
        it is read from its beginning, which costs nothing where its answers are known.
        """
        for position in positions:
            self._marks.pop(position, None)

    async def find_other(self, find_next: FindNext) -> dict[Position, int]:
        """The logs that are others than they were, with the offset that was to be read next.

        Looks once in `LOOK_S`, and is empty at once in between. A broker that does not answer, and
        a record that retention or compaction has taken, tell nothing.

        Args:
            find_next: Where no record was seen yet, the one before is looked up.
        """
        if self._clock() < self._look_at:
            return {}
        self._look_at = self._clock() + LOOK_S
        try:
            await self._look_up(await find_next())
            return await self._compare()
        except BrokerUnavailableError as error:
            log.debug("landmarks_not_seen", error=str(error))
            return {}

    async def _look_up(self, nexts: Mapping[Position, int]) -> None:
        for position, offset in nexts.items():
            if position not in self._marks and offset > 0:
                record = await self._witness.read_at(position, offset - 1)
                self._marks[position] = None if record is None else _mark(record)

    async def _compare(self) -> dict[Position, int]:
        marks = {at: mark for at, mark in self._marks.items() if mark is not None}
        found = await self._witness.first_since({at: mark.at_ms for at, mark in marks.items()})
        strange = {at: marks[at] for at, first in found.items() if _is_strange(marks[at], *first)}
        return {at: m.offset + 1 for at, m in strange.items() if await self._is_other(at, m)}

    async def _is_other(self, position: Position, mark: Landmark) -> bool:
        record = await self._witness.read_at(position, mark.offset)
        return record is not None and record.timestamp_ms != mark.at_ms


def _mark(record: ConsumedRecord) -> Landmark:
    return Landmark(record.offset, record.timestamp_ms)


def _is_strange(mark: Landmark, offset: int, at_ms: int) -> bool:
    """Whether a log has a first record since a mark's time that does not go with the mark.

    Append times do not fall within a log, but where a broker's clock was set back: it is read then.
    """
    return offset <= mark.offset and at_ms != mark.at_ms
