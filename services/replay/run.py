"""Runs a manifest: a new job for each of its jobs, once, however often it is started."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from schemas.job.record import PROMPT_RECORD_SCHEMA, RECORD_SCHEMA
from schemas.job.replay import Replay
from schemas.kafka.headers import Headers, KafkaHeaders, encode_headers, salvage_headers
from schemas.kafka.topics import TopicNames, TopicRole
from services.kafka import (
    ConsumedRecord,
    KafkaSettings,
    Position,
    open_admin,
    open_publisher,
    open_record_reader,
)
from services.replay.ceiling import NO_CEILING, Ceiling
from services.replay.live_work import LiveWork
from services.replay.manifest import Manifest, PlannedJob
from services.replay.outcome_watch import OutcomeWatch
from services.replay.replay_record import OtherInputError, write_replay
from services.replay.topic_reading import read_job_id, read_past

ACK_S = 30.0


class ReadsRecords(Protocol):
    """Reads single records, wherever they lie."""

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        """The record at an offset; None where it is not there any more."""


class Publishes(Protocol):
    """Publishes a record and waits for the ack."""

    async def publish(
        self,
        topic: str,
        key: bytes,
        value: bytes | None,
        headers: KafkaHeaders,
        timeout_s: float | None = None,
    ) -> None:
        """Publish one record; raises PublishFailedError when the broker refuses it."""


@dataclass
class RunProgress:
    """How far a run has come.

    Attributes:
        before: Jobs that were started before this run.
        held_back_s: For how long live work went first, in seconds.
        gone: Jobs whose source is not there any more, or is another record.
    """

    planned: int
    before: int = 0
    started: int = 0
    held_back_s: float = 0.0
    gone: list[UUID] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Jobs that are still to be started."""
        return self.planned - self.before - self.started - len(self.gone)


@dataclass(frozen=True)
class Runner:
    """Starts the jobs of a manifest, one at a time.

    Attributes:
        pace: Waits for the next turn.
        now: The wall clock, aware.
    """

    manifest: Manifest
    topics: TopicNames
    reader: ReadsRecords
    publisher: Publishes
    pace: Callable[[], Awaitable[None]]
    now: Callable[[], datetime]

    async def run(self, started: set[UUID], progress: RunProgress) -> None:
        """Start all that have not been started.

        Raises:
            BrokerUnavailableError, PublishFailedError: It can be started again, and goes on.
        """
        for job_id, planned in self.manifest.by_replay.items():
            if job_id in started:
                progress.before += 1
                continue
            await self.pace()
            if await self._start(job_id, planned):
                progress.started += 1
            else:
                progress.gone.append(planned.job_id)

    async def _start(self, job_id: UUID, planned: PlannedJob) -> bool:
        source = await self.reader.read_at(planned.source.position, planned.source.offset)
        if source is None or source.value is None:
            return False
        mark = Replay(
            replay_id=self.manifest.replay_id,
            source_job_id=planned.job_id,
            is_shadow=not self.manifest.is_live,
            planned_at=self.manifest.planned_at,
        )
        prompt, past = self.manifest.prompt, await self._read_past(planned)
        try:
            value = write_replay(source.value, planned, job_id, mark, self.now(), prompt, past)
        except (OtherInputError, ValueError, LookupError, TypeError):
            return False
        led = salvage_headers(source.headers).traceparent
        schema = RECORD_SCHEMA if prompt is None else PROMPT_RECORD_SCHEMA
        headers = encode_headers(Headers(schema=schema, trace_link=led))
        topic, key = self.topics.requests(planned.stages[0]), str(job_id).encode()
        await self.publisher.publish(topic, key, value, headers, ACK_S)
        return True

    async def _read_past(self, planned: PlannedJob) -> bytes | None:
        """The record of its furthest answer; None where nothing is taken over from it."""
        at = planned.baseline
        if self.manifest.asks_all or at is None or len(planned.stages) < 2:
            return None
        record = await self.reader.read_at(at.position, at.offset)
        return None if record is None else record.value


async def find_started(settings: KafkaSettings, manifest: Manifest) -> set[UUID]:
    """The replays of a manifest of which the topics know, by their own ids."""
    wanted, found = manifest.by_replay.keys(), set[UUID]()

    def take(record: ConsumedRecord, _: TopicRole) -> None:
        job_id = read_job_id(record)
        if job_id in wanted:
            found.add(job_id)

    await read_past(settings, manifest.end_offsets, take)
    return found


@dataclass(frozen=True)
class Pacing:
    """How fast a run may be.

    Attributes:
        turn: Waits for the next turn.
        live_wait_s: For how long the oldest record of the stages may wait before the run does; 0
            lets it not look.
        max_open: So many records the stages may have open before the run waits; None for any
            number.
    """

    turn: Callable[[], Awaitable[None]]
    live_wait_s: float = 0.0
    ceiling: Ceiling = NO_CEILING
    max_open: int | None = None


async def run_manifest(
    settings: KafkaSettings,
    manifest: Manifest,
    progress: RunProgress,
    pacing: Pacing,
    now: Callable[[], datetime],
) -> None:
    """Run a manifest, or go on with it.

    Raises:
        BrokerUnavailableError, LogStandsError, PublishFailedError: It can be started again.
        ReplayStoppedError: It has reached its ceiling.
    """
    started = await find_started(settings, manifest)
    names = settings.topics
    places = [place for job in manifest.jobs for place in (job.source, job.baseline) if place]
    sources = {place.topic for place in places}
    inputs = {topic for stage in manifest.stages for topic in names.inputs(stage)}
    async with (
        open_record_reader(settings, sorted(sources)) as reader,
        # A client that has just read a record may know of its topic only, and asks for the others
        # one after the other, with a pause between: live work is looked at with one of its own.
        open_record_reader(settings, sorted(inputs)) as looking,
        open_publisher(settings) as publisher,
        open_admin(settings) as admin,
    ):
        told = (names, manifest.stages, pacing.live_wait_s, now)
        live = LiveWork(admin, looking, *told, most_open=pacing.max_open)
        watch = OutcomeWatch(settings, manifest, pacing.ceiling)

        async def pace() -> None:
            await live.look_ahead()
            await pacing.turn()
            await watch.let_pass(len(started) + progress.started)
            if pacing.live_wait_s or pacing.max_open is not None:
                await live.let_pass()
                progress.held_back_s = live.waited_s

        await Runner(manifest, names, reader, publisher, pace, now).run(started, progress)
