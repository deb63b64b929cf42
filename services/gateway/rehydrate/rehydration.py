"""Lets open jobs go on from the tables, where the topics do not hold them any more.

    are the topics others than the tables were filled from? -> let the new ones begin where the old
    ones ended, and the tables go on with them
    -> which open jobs do the topics hold? -> publish the others

It may be repeated: what is in the topics is not published again.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from schemas.kafka.headers import KafkaHeaders
from schemas.kafka.topics import TopicNames
from services.gateway.rehydrate.job_record import NoInputError, OpenJob, write_records
from services.gateway.rehydrate.open_job_store import list_open_jobs, list_unprojected_jobs
from services.kafka import ConsumedRecord, Position

AT_A_TIME = 100
BATCH_RECORDS = 2_000

Read = Callable[..., Awaitable[Any]]
"""Reads from the tables."""


class ReadsLogs(Protocol):
    """Reads whole partitions."""

    async def end_offsets(self) -> dict[Position, int]:
        """The offset behind the last record of each partition."""
        ...

    def read_to(
        self, ends: Mapping[Position, int], max_records: int
    ) -> AsyncIterator[list[ConsumedRecord]]:
        """Read everything before the given offsets."""
        ...


class Publishes(Protocol):
    """Publishes a record and waits for the ack."""

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        """Publish one record; raises PublishFailedError when the broker refuses it."""


@dataclass
class RehydrationReport:
    """What came of the open jobs.

    Attributes:
        stages: Jobs that go on, by the stage that is to answer next.
        held: Jobs that the topics hold: nothing is to be done.
        cancelled: Those of the jobs that go on of which a cancel was asked, which is said again.
        without_input: Jobs that cannot go on, and why.
        is_adopted: Whether the tables go on with another cluster from now on.
    """

    stages: Counter[str] = field(default_factory=Counter)
    held: int = 0
    cancelled: int = 0
    without_input: dict[str, str] = field(default_factory=dict)
    is_adopted: bool = False

    @property
    def jobs(self) -> int:
        """How many go on."""
        return self.stages.total()


@dataclass(frozen=True)
class Rehydration:
    """Publishes open jobs from the tables.

    Attributes:
        deadline_at: When nothing is called for them any more, at the earliest; None as they say.
        is_dry: Only count.
    """

    read: Read
    publisher: Publishes
    topics: TopicNames
    now: datetime
    deadline_at: datetime | None = None
    is_dry: bool = False

    async def run(self, reader: ReadsLogs, report: RehydrationReport) -> None:
        """Let every open job go on that the topics do not hold.

        Raises:
            BrokerUnavailableError, LogStandsError, PublishFailedError: It can be repeated.
        """
        places = await self._find_places(reader)
        for list_jobs in (list_open_jobs, list_unprojected_jobs):
            async for jobs in self._pages(list_jobs):
                for job in jobs:
                    await self._go_on(job, places.get(job.job_id, ()), report)

    async def _pages(self, list_jobs: Callable[..., list[OpenJob]]) -> AsyncIterator[list[OpenJob]]:
        after = ""
        while jobs := await self.read(list_jobs, after, AT_A_TIME):
            yield jobs
            after = jobs[-1].job_id

    async def _find_places(self, reader: ReadsLogs) -> Mapping[str, set[str]]:
        """The topics in which there is a record of a job, for each that is open."""
        found: dict[str, set[str]] = {}
        for list_jobs in (list_open_jobs, list_unprojected_jobs):
            async for jobs in self._pages(list_jobs):
                found |= {job.job_id: set() for job in jobs}
        if not found:
            return found
        async for records in reader.read_to(await reader.end_offsets(), BATCH_RECORDS):
            for record in records:
                if (topics := found.get(record.shown_key)) is not None:
                    topics.add(record.topic)
        return found

    async def _go_on(
        self, job: OpenJob, places: Collection[str], report: RehydrationReport
    ) -> None:
        try:
            standing = job.standing
            inputs = {*self.topics.inputs(standing), *self.topics.retries(standing)}
            if inputs & {*places}:
                report.held += 1
                return
            records = write_records(job, self.topics, self.now, self.deadline_at)
        except NoInputError as error:
            report.without_input[job.job_id] = str(error)
            return
        for record in () if self.is_dry else records:
            key = job.job_id.encode()
            await self.publisher.publish(record.topic, key, record.value, record.headers)
        report.stages[standing.value] += 1
        report.cancelled += job.fold.is_cancel_asked
