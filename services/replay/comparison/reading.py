"""Reads the two sides of a comparison, in one pass over the topics without a group."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID

from schemas.kafka.topics import TopicKind, TopicRole
from schemas.stage import StageName
from services.kafka import ConsumedRecord, KafkaSettings, Position, open_admin
from services.replay.answer import Answer, read_answers
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.control import Control, pair_control, refuse_other_jobs
from services.replay.comparison.pair import Pair
from services.replay.manifest import Manifest, PlannedJob
from services.replay.topic_reading import read_job_id, read_past, roles_read


@dataclass
class ComparisonReading:
    """Gathers the answers of before and of now.

    Attributes:
        failed: Stages whose last record of a replay is a dead letter.
        suggestions: All that were read; readings side by side share them.
    """

    manifest: Manifest
    before: dict[UUID, dict[StageName, Answer]] = field(default_factory=dict)
    now: dict[UUID, dict[StageName, Answer]] = field(default_factory=dict)
    failed: set[UUID] = field(default_factory=set)
    suggestions: dict[bytes, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = ((job.baseline, job.job_id) for job in self.manifest.jobs)
        self._baselines = {
            (*place.position, place.offset): job_id for place, job_id in places if place
        }
        self._stages = {job.job_id: job.stages for job in self.manifest.jobs}

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
            self.before[job_id] = self._read(record, self._stages[job_id])
        replay = read_job_id(record)
        if replay is None or (planned := self.manifest.by_replay.get(replay)) is None:
            return
        if role.kind is TopicKind.SUGGESTIONS and role.stage is not None:
            # Of two answers the first counts.
            found = self._read(record, (role.stage,))
            self.now[planned.job_id] = found | self.now.get(planned.job_id, {})
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

    def _read(
        self, record: ConsumedRecord, stages: tuple[StageName, ...]
    ) -> dict[StageName, Answer]:
        try:
            answers = read_answers(record.value or b"")
        except (ValueError, LookupError, TypeError, AttributeError):
            return {}
        return {stage: self._share(answers[stage]) for stage in stages if stage in answers}

    def _share(self, answer: Answer) -> Answer:
        """The same suggestion is in memory once: most are as before."""
        said = self.suggestions.setdefault(answer.suggestion, answer.suggestion)
        return replace(answer, suggestion=said)


async def compare(
    settings: KafkaSettings, manifest: Manifest, control: Manifest | None = None
) -> tuple[Comparison, list[UUID]]:
    """Compare what the jobs of a manifest came to with what they had come to.

    Args:
        control: The manifest of the same jobs, answered once more by the same prompt and model.

    Returns:
        The comparison, and the jobs whose answer of before is not kept any more: they are missing.

    Raises:
        BrokerUnavailableError, LogStandsError: The topics cannot be read.
        ControlError: The control is of other jobs.
    """
    if control is not None:
        refuse_other_jobs(manifest, control)
    reading = ComparisonReading(manifest)
    readings = [reading]
    if control is not None:
        readings.append(ComparisonReading(control, suggestions=reading.suggestions))

    def take(record: ConsumedRecord, role: TopicRole) -> None:
        for each in readings:
            each.take(record, role)

    since = _earliest(readings)
    await read_past(settings, since, take)
    for beside in await _find_beside(settings, manifest):
        await read_past(beside, since, take)
    pairs = tuple(reading.pairs())
    shown = None if control is None else read_control(manifest, pairs, readings[-1])
    return Comparison(manifest, pairs, shown), reading.lost()


async def _find_beside(settings: KafkaSettings, manifest: Manifest) -> list[KafkaSettings]:
    """Under which other prefixes the answers of before are, as far as those topics are there."""
    prefixes = sorted(manifest.prefixes - {settings.topic_prefix})
    if not prefixes:
        return []
    async with open_admin(settings) as admin:
        existing = set(await admin.list_topics())
    found = [settings.model_copy(update={"topic_prefix": prefix}) for prefix in prefixes]
    return [one for one in found if roles_read(one.topics).keys() <= existing]


def read_control(manifest: Manifest, pairs: Iterable[Pair], control: ComparisonReading) -> Control:
    """What a control shows beside the pairs of a replay."""
    replayed = {pair.key: pair for pair in pairs}
    return pair_control(manifest.stage, replayed, {pair.key: pair for pair in control.pairs()})


def _earliest(readings: Iterable[ComparisonReading]) -> dict[Position, int]:
    places = dict[Position, int]()
    for at, offset in (place for reading in readings for place in reading.since.items()):
        places[at] = min(offset, places.get(at, offset))
    return places
