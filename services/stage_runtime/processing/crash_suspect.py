"""Crash suspects: deliveries that their process ended over, and how the one that does it is found.

A process that is killed leaves all that it had under way, so one death says nothing: those calls
are made again together. What was under way at a second death is suspected, and of the suspects only
half are let in at a time. Whom the next death meets is suspected more, and of those again only half
are let in, until one is alone. Other work goes on beside them all the while.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.kafka.value import ConsumedRecord
from services.stage_runtime.processing.ledger import MAX_ENTRIES, Ledger

Try = tuple[bytes, int, int, int]
"""Key, redrive, attempt, and how often it had been parked."""

FIRST_SUSPECTED = 2
"""Deaths over a delivery from which on it is suspected: the first one meets all alike."""

LEAST_TO_GIVE_UP = 4
"""Deaths before which nothing is given up on: somebody who kills a worker three times in a row is
no record's fault."""


@dataclass(frozen=True)
class Suspicion:
    """What is known against a delivery.

    Attributes:
        deaths: How often its process ended while it was under way.
        was_alone: Whether no other suspect was beside it the last time.
        peers: Suspects with as many deaths, itself among them, whose outcome is not known.
    """

    deaths: int = 0
    was_alone: bool = False
    peers: int = 1

    @property
    def most_inside(self) -> int | None:
        """How many suspects may be handled at a time for it to be let in; None for no suspect."""
        return None if self.deaths < FIRST_SUSPECTED else max(1, self.peers // 2)

    @property
    def is_found(self) -> bool:
        """Whether it is the one."""
        return self.was_alone and self.deaths >= LEAST_TO_GIVE_UP


@dataclass(frozen=True)
class Begun:
    """How often a delivery has begun without an end, and the last time that it did."""

    count: int
    was_alone: bool
    at: datetime


class Suspects:
    """What has begun before this process had the partition, as job.events tells.

    Whether it has come to something is not known here but to the ledger.
    """

    def __init__(self, stage: StageName, ledger: Ledger, max_entries: int = MAX_ENTRIES) -> None:
        self._stage = stage
        self._ledger = ledger
        self._begun: OrderedDict[Try, Begun] = OrderedDict()
        self._repeated: set[Try] = set()
        self._max_entries = max_entries

    def note_event(self, record: ConsumedRecord) -> None:
        """Take in one record of job.events. To be called in the order of the offsets."""
        try:
            event = JobEvent.from_json(record.value or b"")
        except ValueError:
            return
        if event.stage is not self._stage or record.key is None:
            return
        tried = (record.key, event.redrive, event.attempt, event.parked)
        if event.kind is EventKind.STARTED:
            self._note(tried, event)
        elif event.kind is EventKind.INTERRUPTED:
            self._forget(tried)

    def judge(self, key: bytes, headers: Headers) -> Suspicion:
        """What is to be feared of a delivery that is not answered."""
        begun = self._begun.get((key, headers.redrive, headers.attempt, headers.parked or 0))
        if begun is None:
            return Suspicion()
        if begun.count < FIRST_SUSPECTED:
            return Suspicion(begun.count, begun.was_alone)
        peers = sum(
            self._begun[other].count == begun.count and self._is_open(other)
            for other in self._repeated
        )
        return Suspicion(begun.count, begun.was_alone, peers)

    def _note(self, tried: Try, event: JobEvent) -> None:
        known = self._begun.get(tried)
        if known is not None and known.at == event.at:
            return  # the same start, published twice
        count = 1 if known is None else known.count + 1
        self._begun[tried] = Begun(count, event.alone, event.at)
        self._begun.move_to_end(tried)
        if count >= FIRST_SUSPECTED:
            self._repeated.add(tried)
        if len(self._begun) > self._max_entries:
            self._forget(next(iter(self._begun)))

    def _forget(self, tried: Try) -> None:
        self._begun.pop(tried, None)
        self._repeated.discard(tried)

    def _is_open(self, tried: Try) -> bool:
        key, redrive, attempt, _ = tried
        return not self._ledger.is_answered(key, Headers(redrive=redrive, attempt=attempt))


async def _keep_place() -> None:
    """Nothing is given back while a suspect waits, so nothing is taken again."""


class Quarantine:
    """Where suspects wait until few enough others are inside. Who is no suspect walks past.

    Args:
        leave_place: Called when a suspect begins to wait: other work may take its place meanwhile.
        take_place: Waits for a place again.
    """

    def __init__(
        self,
        leave_place: Callable[[], None] = lambda: None,
        take_place: Callable[[], Awaitable[object]] = _keep_place,
    ) -> None:
        self._leave_place = leave_place
        self._take_place = take_place
        self._inside = 0
        self._is_closed = False
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def enter(self, most_inside: int | None) -> AsyncIterator[None]:
        """Wait until one may enter.

        Args:
            most_inside: How many may then be inside at most: with 1 no other comes in either. None
                for who is no suspect.
        """
        if most_inside is None:
            yield
            return
        while not self._may_enter(most_inside):
            await self._wait(most_inside)
        self._inside += 1
        self._is_closed = most_inside == 1
        try:
            yield
        finally:
            async with self._changed:
                self._inside -= 1
                self._is_closed = False
                self._changed.notify_all()

    def _may_enter(self, most_inside: int) -> bool:
        return not self._is_closed and self._inside < most_inside

    async def _wait(self, most_inside: int) -> None:
        self._leave_place()
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: self._may_enter(most_inside))
        finally:
            await self._take_place()
