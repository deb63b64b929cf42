"""Facts of jobs that no agent has: records on topics of a prefix of their own, at a steady rate."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from schemas.job.job import Job, accept
from schemas.job.record import StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers, encode_headers
from schemas.stage import STAGE_ORDER
from services.kafka import KafkaSettings, Publisher, open_admin, open_publisher
from services.lifecycle.clock import utc_now
from tests.unit.gateway.example import BODY, answered

PREFIX = "facts."
NO_HEADERS = encode_headers(Headers())
PLANNED = 100_000
ASKED = SuggestionRequest.model_validate(BODY)


class FactSource:
    """Tells facts of jobs, in turn.

    Attributes:
        told: How many facts each job has.
    """

    def __init__(self, publisher: Publisher, settings: KafkaSettings) -> None:
        self._publisher = publisher
        self._topics = settings.topics
        self._jobs: list[Job] = []
        self._turns = itertools.cycle(self._jobs)
        self.told: dict[str, int] = {}

    async def begin(self, jobs: int) -> Sequence[str]:
        """Accept so many jobs now, long before their deadline, and say their ids."""
        self._jobs = [accept(ASKED, uuid4(), utc_now()) for _ in range(jobs)]
        self._turns = itertools.cycle(self._jobs)
        await asyncio.gather(*(self._accept(one) for one in self._jobs))
        return [str(one.job_id) for one in self._jobs]

    async def tell(self, seconds: float, rate: float) -> None:
        """Tell a fact of the next job, so many times a second."""
        begun_at = time.monotonic()
        for number in range(int(seconds * rate)):
            due_s = begun_at + number / rate - time.monotonic()
            if due_s > 0:
                await asyncio.sleep(due_s)  # noqa: TID251 - the rate is what is asked for
            await self._answer(next(self._turns))

    async def play(self, job_id: str) -> None:
        """Tell all that stages would of a job that a gateway has accepted."""
        one = accept(ASKED, UUID(job_id), utc_now())
        for stage in STAGE_ORDER:
            event = JobEvent(
                kind=EventKind.STARTED,
                job_id=one.job_id,
                stage=stage,
                worker="facts",
                at=utc_now(),
            )
            await self._publish(self._topics.events, one, event.to_json())
            await self._publish(
                self._topics.suggestions(stage), one, answered(stage, one).to_json()
            )

    async def end(self) -> None:
        """Complete every job: its streams end."""
        await asyncio.gather(*(self._complete(one) for one in self._jobs))

    async def _accept(self, one: Job) -> None:
        value = StageRecord(job=one).to_json()
        await self._publish(self._topics.requests(STAGE_ORDER[0]), one, value)

    async def _answer(self, one: Job) -> None:
        done = self.told[str(one.job_id)]
        event = JobEvent(
            kind=EventKind.ANSWERED,
            job_id=one.job_id,
            stage=STAGE_ORDER[0],
            worker="facts",
            at=utc_now(),
            question=str(done),
            answer="{}",
            calls_done=done,
            calls_planned=PLANNED,
        )
        await self._publish(self._topics.events, one, event.to_json())

    async def _complete(self, one: Job) -> None:
        for stage in STAGE_ORDER:
            value = answered(stage, one).to_json()
            await self._publish(self._topics.suggestions(stage), one, value)

    async def _publish(self, topic: str, one: Job, value: bytes) -> None:
        await self._publisher.publish(topic, one.key, value, NO_HEADERS)
        key = str(one.job_id)
        self.told[key] = self.told.get(key, 0) + 1


def read_settings(brokers: str) -> KafkaSettings:
    """Of these topics."""
    return KafkaSettings(bootstrap_servers=brokers, topic_prefix=PREFIX)


async def make_topics(settings: KafkaSettings) -> None:
    """Make the topics, where they are not there."""
    specs = settings.topics.all()
    async with open_admin(settings) as admin:
        there = await admin.describe([spec.name for spec in specs])
        await admin.create([s for s in specs if s.name not in there], settings.partitions)


@asynccontextmanager
async def open_fact_source(brokers: str) -> AsyncIterator[FactSource]:
    """Who writes to the topics."""
    settings = read_settings(brokers)
    async with open_publisher(settings) as publisher:
        yield FactSource(publisher, settings)
