"""Reads the topics to their end, again and again, and has them judged."""

import time
from collections.abc import AsyncIterator, Container, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from schemas.kafka.topics import DAY_MS, HOUR_MS, TopicKind
from services.cli.audit.error import AuditImpossible
from services.cli.audit.fact import read_fact
from services.cli.audit.job_account import JobAccount
from services.cli.audit.judge import Judge
from services.cli.audit.report import Finding, Report
from services.cli.audit.topic_role import TopicMap
from services.kafka import (
    ConsumedRecord,
    KafkaSettings,
    LogReader,
    Position,
    TopicAdmin,
    open_admin,
    open_log_reader,
)

READ_S = 0.5
BATCH_RECORDS = 2_000
STALL_S = 30.0
SECOND_LOOK_S = 1.0
FOR_EVER_MS = 10 * 365 * DAY_MS
MARGIN_MS = DAY_MS
"""More than lies between the accept of a job and its last record, redrives apart."""


@dataclass(frozen=True)
class Bounds:
    """Offsets of each log.

    Attributes:
        since_ms: No topic has deleted a younger record because of its age, in Unix milliseconds.
        end: The next record's.
        kept: The first one since then.
        guard: Up to where age may delete within the next hour.
    """

    since_ms: int
    begin: dict[Position, int]
    end: dict[Position, int]
    kept: dict[Position, int]
    guard: dict[Position, int]


class Auditor:
    """Keeps an account of the topics.

    Args:
        reader: Reads every topic that has a part.
        retention_ms: How long the most short-lived topic keeps a record, as the broker has it.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        reader: LogReader,
        admin: TopicAdmin,
        topics: TopicMap,
        retention_ms: int,
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._admin = admin
        self._topics = topics
        self._retention_ms = retention_ms
        self._account = JobAccount()
        self._since_ms = 0
        self._begin: dict[Position, int] = {}
        self._guard: dict[Position, int] = {}
        self._next: dict[Position, int] = {}

    async def look(self) -> Report:
        """Read what is new and judge. What is off is looked at twice, a second apart.

        Raises:
            AuditImpossible: The topics cannot be read to their end.
        """
        report = await self._glance(None)
        if not report.is_well:
            await self.listen(SECOND_LOOK_S)
            report = await self._glance(report.findings)
        self._account.rest()
        return report

    async def listen(self, seconds: float) -> None:
        """Take in what arrives in the meantime."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await self._read(min(left, READ_S))

    async def _glance(self, suspects: Container[Finding] | None) -> Report:
        await self._read_to_end()
        # Only now: an outcome is published before its input is committed.
        committed = await self._read_committed()
        since_ms = self._since_ms + MARGIN_MS
        judge = Judge(self._topics, committed, since_ms, suspects, self._begin)
        return judge.report(self._account)

    async def _read_to_end(self) -> None:
        bounds = await self._read_bounds()
        if not self._guard or any(at > self._guard[p] for p, at in bounds.begin.items()):
            # Not only age has deleted records, so what was counted may be there no more.
            await self._start_over(bounds)
        self._guard, self._begin = bounds.guard, bounds.begin
        ends = bounds.end
        read_at = time.monotonic()
        while not await self._has_reached(ends):
            if await self._read(READ_S):
                read_at = time.monotonic()
            elif time.monotonic() - read_at > STALL_S:
                raise AuditImpossible(f"nothing was read for {STALL_S:g} s: is the broker well?")

    async def _has_reached(self, ends: Mapping[Position, int]) -> bool:
        # A log may end in what is no record: the marker of a transaction.
        return await self._reader.has_reached({p: n for p, n in ends.items() if self._next[p] < n})

    async def _read_bounds(self) -> Bounds:
        since_ms = int(time.time() * 1000) - self._retention_ms
        # The reader's own connection is held by its fetch while nothing arrives.
        async with open_log_reader(self._settings, list(self._topics.parts)) as other:
            begin, end = await other.begin_offsets(), await other.end_offsets()
            kept = await other.offsets_at(dict.fromkeys(begin, since_ms))
            guard = await other.offsets_at(dict.fromkeys(begin, since_ms + HOUR_MS))
        return Bounds(since_ms, begin, end, end | kept, end | guard)

    async def _start_over(self, bounds: Bounds) -> None:
        """Begin where no topic has yet deleted a record; with dead letters at their beginning."""
        self._account = JobAccount()
        self._since_ms = bounds.since_ms
        dead = {p for p in bounds.begin if self._topics.parts[p[0]].kind is TopicKind.DEAD_LETTERS}
        self._next = bounds.kept | {p: bounds.begin[p] for p in dead}
        await self._reader.seek(self._next)

    async def _read(self, timeout_s: float) -> int:
        records = await self._reader.read(timeout_s, BATCH_RECORDS)
        for record in records:
            self._take(record)
        return len(records)

    def _take(self, record: ConsumedRecord) -> None:
        position = (record.topic, record.partition)
        # After a seek a fetch from before it may still come in.
        if record.offset < self._next[position]:
            return
        self._next[position] = record.offset + 1
        fact = read_fact(record, self._topics)
        if fact is not None:
            self._account.fold(fact)

    async def _read_committed(self) -> dict[Position, int]:
        committed: dict[Position, int] = {}
        for group in sorted({source.group for source in self._topics.inputs}):
            of_group = {source.topic for source in self._topics.inputs if source.group == group}
            offsets = await self._admin.committed(group)
            committed |= {p: at for p, at in offsets.items() if p[0] in of_group}
        return committed


@asynccontextmanager
async def open_auditor(settings: KafkaSettings) -> AsyncIterator[Auditor]:
    """Connect to read.

    Raises:
        BrokerUnavailableError: No broker answers.
        AuditImpossible: A topic is missing, or has other partitions than the settings say.
    """
    async with open_admin(settings) as admin:
        topics = TopicMap(settings.topics, await admin.list_topics())
        names = list(topics.parts)
        found = await admin.describe(names)
        unfit = [n for n in names if n not in found or found[n].partitions != settings.partitions]
        if unfit:
            raise AuditImpossible(
                f"topic {unfit[0]} is missing or has not {settings.partitions} partitions:"
                " see `brainshare doctor`"
            )
        kept = [int(state.config["retention.ms"]) for state in found.values()]
        retention_ms = min([ms for ms in kept if ms > 0], default=FOR_EVER_MS)
        async with open_log_reader(settings, names) as reader:
            yield Auditor(settings, reader, admin, topics, retention_ms)
