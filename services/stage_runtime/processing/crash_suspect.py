"""Crash suspects: deliveries that have begun and come to nothing, since their process ended.

The first time says little: a process that is killed leaves all that it had under way. So the second
delivery is handled alone, and when its process ends again, the record is given up on.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum

from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.kafka.value import ConsumedRecord
from services.stage_runtime.processing.ledger import MAX_ENTRIES

Try = tuple[bytes, int, int, int]


class Suspicion(IntEnum):
    """How an earlier delivery of the same attempt began, of which no outcome is known."""

    NONE = 0
    BEGUN = 1
    BEGUN_ALONE = 2


class Suspects:
    """What has begun before this process had the partition, as job.events tells.

    Whether it has come to something is not known here but to the ledger, which is asked first.
    """

    def __init__(self, stage: StageName, max_entries: int = MAX_ENTRIES) -> None:
        self._stage = stage
        self._begun: OrderedDict[Try, Suspicion] = OrderedDict()
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
            self._note(tried, Suspicion.BEGUN_ALONE if event.alone else Suspicion.BEGUN)
        elif event.kind is EventKind.INTERRUPTED:
            self._begun.pop(tried, None)

    def judge(self, key: bytes, headers: Headers) -> Suspicion:
        """What is to be feared of a delivery that is not answered."""
        tried = (key, headers.redrive, headers.attempt, headers.parked or 0)
        return self._begun.get(tried, Suspicion.NONE)

    def _note(self, tried: Try, suspicion: Suspicion) -> None:
        self._begun[tried] = max(suspicion, self._begun.get(tried, Suspicion.NONE))
        self._begun.move_to_end(tried)
        if len(self._begun) > self._max_entries:
            self._begun.popitem(last=False)


class Isolation:
    """Where deliveries are handled: together, or one of them alone."""

    def __init__(self) -> None:
        self._inside = 0
        self._is_closed = False
        self._waiting_alone = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def enter(self, *, alone: bool) -> AsyncIterator[None]:
        """Wait until one may enter. Who wants to be alone goes before all others."""
        async with self._changed:
            self._waiting_alone += alone
            try:
                await self._changed.wait_for(lambda: self._may_enter(alone=alone))
            finally:
                self._waiting_alone -= alone
            self._inside += 1
            self._is_closed = alone
        try:
            yield
        finally:
            async with self._changed:
                self._inside -= 1
                self._is_closed = False
                self._changed.notify_all()

    def _may_enter(self, *, alone: bool) -> bool:
        if alone:
            return self._inside == 0
        return not self._is_closed and not self._waiting_alone
