"""Keeps deadlines wherever a job is: ends what nobody else has ended.

    is a job due? -> where do the logs end? -> is everything folded up to there? -> end it

A stage sees a deadline when it pulls the record; where it is parked, away or behind, it pulls none.
The clock acts on tables that hold all that was said before the moment it judges by, so neither a
rebuild nor a broker that is away makes it speak too early. What it says can still cross what a
worker says: then both say the same of one attempt, and a success wins over either.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from schemas.kafka.headers import encode_headers
from services.gateway.database.moment import to_us
from services.gateway.database.place import Place
from services.gateway.deadline.closing import (
    CANCELLED,
    Closing,
    write_cancelled,
    write_late,
    write_lost,
)
from services.gateway.deadline.store import DueJob, find_first_due, list_copies, list_due
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.status.cell import Cell
from services.gateway.status.due import find_standing
from services.gateway.status.state import JobDescription, describe
from services.kafka import ConsumedRecord, Position
from services.telemetry.log import get_log
from services.telemetry.metric import JOBS_CLOSED, JOBS_OVERDUE

TICK_S = 1.0
MAX_JOBS = 100
"""Ended in one go; between two of them the clock looks anew."""

MAX_TOLD = 10_000

log = get_log()

HasFolded = Callable[[Mapping[Position, int]], bool]


class Records(Protocol):
    """Reads single records."""

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        """The first offset that each partition still holds, and the one that comes next."""
        ...

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        """The record at an offset; None where the log does not hold it any more."""
        ...


@dataclass(frozen=True)
class Mark:
    """A moment, and where the logs ended after it: whatever was said before is before that."""

    at_us: int
    ends: Mapping[Position, int]


class DeadlineClock:
    """Ends jobs that are past their deadline.

    Args:
        has_folded: Whether the tables hold everything before the given offsets.
        is_on_duty: Whether it is this gateway's clock that counts.
    """

    def __init__(
        self,
        writer: RecordWriter,
        records: Records,
        has_folded: HasFolded,
        is_on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        self._is_on_duty = is_on_duty
        self._writer = writer
        self._database = writer.database
        self._records = records
        self._has_folded = has_folded
        self._mark: Mark | None = None
        self._after: Place | None = None
        # What the projection has set aside would be said again with every tick.
        self._told: OrderedDict[tuple[str, tuple[int, int, int]], None] = OrderedDict()

    async def run(self) -> None:
        """Look every second until cancelled; nothing that fails ends the gateway."""
        while True:
            try:
                is_full = await self.tick()
            except Exception as error:
                is_full = False
                log.warning("deadline_clock_waits", error=repr(error))
            await asyncio.sleep(0 if is_full else TICK_S)  # noqa: TID251 - its pace

    async def tick(self) -> bool:
        """End what is due, a bounded number of jobs.

        Returns:
            Whether there may be more of them.
        """
        if not self._is_on_duty():
            self._mark = self._after = None
            JOBS_OVERDUE.set(0)
            return False
        if not await self._is_due():
            return False
        mark = self._mark or await self._take_mark()
        if not self._has_folded(mark.ends):
            self._mark = mark
            return False
        self._mark = None
        jobs = await self._database.read(list_due, mark.at_us, self._after, MAX_JOBS)
        for job in jobs:
            # One that cannot be ended must not keep the others: its turn comes again.
            self._after = job.place
            await self._end(job)
        is_full = len(jobs) == MAX_JOBS
        self._after = self._after if is_full else None
        return is_full

    async def _is_due(self) -> bool:
        first_us = await self._database.read(find_first_due)
        overdue_us = 0 if first_us is None else to_us(self._writer.now()) - first_us
        JOBS_OVERDUE.set(max(0, overdue_us) / 1_000_000)
        return first_us is not None and overdue_us >= 0

    async def _take_mark(self) -> Mark:
        at_us = to_us(self._writer.now())
        begin, end = await self._records.bounds()
        return Mark(at_us, {at: last for at, last in end.items() if last > begin[at]})

    async def _end(self, job: DueJob) -> None:
        job_id, described = job.place.id, describe(job.fold)
        cell = find_standing(described)
        if cell is None or (job_id, cell.key) in self._told:
            return
        closing = await self._decide(job_id, described, cell)
        topics, headers = self._writer.topics, encode_headers(closing.headers)
        is_letter = closing.word != CANCELLED
        topic = topics.dead_letters(cell.stage) if is_letter else topics.events
        await self._writer.publish(topic, job_id.encode(), closing.value, headers)
        self._note(job_id, cell)
        JOBS_CLOSED.labels(cell.stage, closing.word).inc()
        told = {
            "tenant": job.fold.tenant,
            "stage": cell.stage,
            "attempt": cell.attempt,
            "redrive": cell.redrive,
        }
        log.warning("deadline_kept", job_id=job_id, outcome=closing.word, **told)

    async def _decide(self, job_id: str, job: JobDescription, cell: Cell) -> Closing:
        now = self._writer.now()
        if job.fold.is_cancel_asked:
            return write_cancelled(job_id, cell, now)
        copies = await self._database.read(list_copies, job_id, cell.stage)
        for copy in copies:
            source = await self._records.read_at(copy.position, copy.offset)
            if source is not None and source.value is not None:
                return write_late(job.of(cell.stage), cell, source, now)
        return write_lost(cell, copies, now)

    def _note(self, job_id: str, cell: Cell) -> None:
        self._told[job_id, cell.key] = None
        if len(self._told) > MAX_TOLD:
            self._told.popitem(last=False)
