"""Reads the two sides of a comparison, in one pass over the topics without a group."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from schemas.kafka.topics import TopicKind, TopicRole
from schemas.stage import StageName
from services.kafka import ConsumedRecord, KafkaSettings, Position
from services.replay.comparison.answer import Answer, read_answers
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.pair import Pair
from services.replay.manifest import Manifest, PlannedJob
from services.replay.topic_reading import read_job_id, read_past


@dataclass
class ComparisonReading:
    """Gathers the answers of before and of now.

    Attributes:
        failed: Stages whose last record of a replay is a dead letter.
        unread: Jobs of which an answer of before is not there any more.
    """

    manifest: Manifest
    before: dict[UUID, dict[StageName, Answer]] = field(default_factory=dict)
    now: dict[UUID, dict[StageName, Answer]] = field(default_factory=dict)
    failed: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        places = ((job.baseline, job.job_id) for job in self.manifest.jobs)
        self._baselines = {
            (*place.position, place.offset): job_id for place, job_id in places if place
        }

    @property
    def since(self) -> dict[Position, int]:
        """From where on the topics are read: the first answer of before, or what came later."""
        places = self.manifest.end_offsets
        for topic, partition, offset in self._baselines:
            at = (topic, partition)
            places[at] = min(offset, places.get(at, offset))
        return places

    def take(self, record: ConsumedRecord, role: TopicRole) -> None:
        """Take in a record; all but those of the manifest's jobs are passed over."""
        job_id = self._baselines.get((record.topic, record.partition, record.offset))
        if job_id is not None and job_id == read_job_id(record):
            self.before[job_id] = _read(record)
        replay = read_job_id(record)
        if replay is None or (planned := self.manifest.by_replay.get(replay)) is None:
            return
        if role.kind is TopicKind.SUGGESTIONS and role.stage is not None:
            answer = _read(record).get(role.stage)
            if answer is not None:
                # Of two answers the first counts.
                self.now.setdefault(planned.job_id, {}).setdefault(role.stage, answer)
        elif role.kind is TopicKind.DEAD_LETTERS:
            self.failed.add(planned.job_id)

    def lost(self) -> list[UUID]:
        """Jobs whose answer of before is not kept any more: nothing can be compared with it."""
        return [job.job_id for job in self.manifest.jobs if job.baseline and not self._has(job)]

    def pairs(self) -> Iterator[Pair]:
        """A pair for each stage of each job of the manifest, whatever has become of it."""
        for job in self.manifest.jobs:
            for stage in job.stages:
                before = self.before.get(job.job_id, {}).get(stage)
                now = self.now.get(job.job_id, {}).get(stage)
                # An answer that cannot be compared is no better for that.
                shown = None if job.baseline and not self._has(job) else now
                failed = job.job_id in self.failed and shown is now
                yield Pair(job.job_id, stage, before, shown, failed)

    def _has(self, job: PlannedJob) -> bool:
        return job.job_id in self.before


def _read(record: ConsumedRecord) -> dict[StageName, Answer]:
    try:
        return read_answers(record.value or b"")
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}


async def compare(settings: KafkaSettings, manifest: Manifest) -> tuple[Comparison, list[UUID]]:
    """Compare what the jobs of a manifest came to with what they had come to.

    Returns:
        The comparison, and the jobs whose answer of before is not kept any more: they are missing.

    Raises:
        BrokerUnavailableError, LogStandsError: The topics cannot be read.
    """
    reading = ComparisonReading(manifest)
    await read_past(settings, reading.since, reading.take)
    return Comparison(manifest, tuple(reading.pairs())), reading.lost()
