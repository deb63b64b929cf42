"""A log of mixed jobs: completed, failed, put back, cancelled, tried again, posted twice."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from random import Random
from typing import Any

from schemas.job.job import Job
from schemas.job.record import StageRecord
from schemas.kafka.control import CancelRequest
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import ErrorKind, Headers
from schemas.stage import STAGE_ORDER, StageName
from services.kafka import ConsumedRecord, Position
from tests.unit.gateway.conftest import FakeReader
from tests.unit.gateway.example import (
    NOW,
    NOW_MS,
    TOPICS,
    answered,
    consumed,
    job,
    job_id,
    orphan,
    request,
    started,
    success,
)

PARTITIONS = 2
STEP_MS = 10
KINDS = 7


@dataclass
class LogReader(FakeReader):
    """A log with several partitions, which knows its times.

    Attributes:
        begin: Where its logs begin, if not at 0.
    """

    partitions: int = PARTITIONS
    begin: int = 0

    async def begin_offsets(self) -> dict[Position, int]:
        return dict.fromkeys(await super().begin_offsets(), self.begin)

    async def offsets_at(self, times_ms: Mapping[Position, int]) -> dict[Position, int]:
        found: dict[Position, int] = {}
        for record in self._known():
            at = (record.topic, record.partition)
            if record.timestamp_ms >= times_ms[at]:
                found[at] = min(record.offset, found.get(at, record.offset))
        return found

    async def read_to(
        self, ends: Mapping[Position, int], max_records: int
    ) -> AsyncIterator[list[ConsumedRecord]]:
        while not await self.has_reached(ends):
            yield await self.read(0, max_records)


def make_log(jobs: int, seed: int = 7) -> list[ConsumedRecord]:
    """The records of so many jobs, mixed as time mixes them, each with its place in its log."""
    random = Random(seed)
    told = [list(tell_job(number, job(job_id(number)))) for number in range(jobs)]
    told += [[consumed(TOPICS.events, b"\xff")], [orphan(0)], [orphan(0, key=b"other")]]
    turns = [n for n, records in enumerate(told) for _ in records]
    random.shuffle(turns)
    remaining = [iter(records) for records in told]
    offsets = Counter[Position]()
    log = list[ConsumedRecord]()
    for at, turn in enumerate(turns):
        record = next(remaining[turn])
        place = (record.topic, turn % PARTITIONS)
        at_ms = NOW_MS + at * STEP_MS
        log.append(replace(record, timestamp_ms=at_ms, partition=place[1], offset=offsets[place]))
        offsets[place] += 1
    return log


def tell_job(number: int, of: Job) -> Iterable[ConsumedRecord]:
    """The records of a job, of which kind its number says."""
    table, column, row = STAGE_ORDER
    begin, whole = [request(0, of)], _stages(of, STAGE_ORDER)
    why: dict[str, Any] = {"error_kind": ErrorKind.REFUSED, "error_message": "no"}
    failed = consumed(
        TOPICS.dead_letters(column), answered(table, of).to_json(), 0, of.key, Headers(**why)
    )
    until_failed = [*begin, *_stages(of, (table,)), started(column, 0, of), failed]
    put_back = consumed(
        TOPICS.requests(column), answered(table, of).to_json(), 0, of.key, Headers(redrive=1)
    )
    tried_again = consumed(
        TOPICS.retries(table)[0],
        StageRecord(job=of).to_json(),
        0,
        of.key,
        Headers(attempt=2, not_before_ms=NOW_MS + 5_000, **why),
    )
    ask = CancelRequest(job_id=of.job_id, asked_at=NOW).to_json()
    cancel = [
        consumed(TOPICS.control, ask, 0, of.key),
        _say(of, EventKind.CANCELLED, table),
    ]
    return (
        chain(begin, whole),
        until_failed,
        chain(
            until_failed, [put_back, started(column, 0, of, redrive=1)], _again(of, (column, row))
        ),
        chain(begin, [started(table, 0, of)], cancel),
        chain(begin, begin, whole),
        chain(begin, [started(table, 0, of), tried_again], whole),
        chain(begin, [started(table, 0, of)]),
    )[number % KINDS]


def _stages(of: Job, stages: Iterable[StageName]) -> list[ConsumedRecord]:
    return [record for s in stages for record in (started(s, 0, of), success(s, 0, of))]


def _again(of: Job, stages: Iterable[StageName]) -> list[ConsumedRecord]:
    return [
        consumed(TOPICS.suggestions(s), answered(s, of).to_json(), 0, of.key, Headers(redrive=1))
        for s in stages
    ]


def _say(of: Job, kind: EventKind, stage: StageName) -> ConsumedRecord:
    said = JobEvent(kind=kind, job_id=of.job_id, stage=stage, worker="w", at=NOW)
    return consumed(TOPICS.events, said.to_json(), 0, of.key)
