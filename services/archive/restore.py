"""Writes an archive back into topics: the same partition, order, time, key, value and headers.

    is the archive whole? -> are the topics empty? -> let them keep the records' own times
    -> write, what was said last first -> count -> let them have the broker's time again

Offsets are others where the archive does not begin at 0, or has gaps. No group's place is written:
an agent begins at the beginning, and knows by the answers what it need not call again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from schemas.kafka.topics import DAY_MS, WRITERS_TIME, TopicNames, TopicSpec
from services.archive.backup import Tell
from services.archive.catalogue import Catalogue
from services.archive.error import ArchiveError, NotEmptyError, OtherTopicsError
from services.archive.filling import Filling, ReadsRecords, Told, plan_filling
from services.archive.folder import ArchiveFolder
from services.archive.topic import find_names, order_topics
from services.kafka import (
    ConsumedRecord,
    KafkaSettings,
    Position,
    TopicAdmin,
    open_admin,
    open_record_reader,
)
from services.kafka.placing.placed_publisher import PlacedPublisher, open_placed_publisher
from services.kafka.placing.reading_group import find_reading_group
from services.kafka.topic_check import compare, refuse_mismatch

CONFIGURED_S = 30.0
LOOK_S = 0.1
TIME = "message.timestamp.type"


@dataclass(frozen=True)
class Wish:
    """How an archive is to be restored.

    Attributes:
        told: What is to be done with topics that hold records.
        keep_days: For how long the topics keep records from then on; None for as long as they do.
        is_dry: Only look.
    """

    told: Told = Told.REFUSE
    keep_days: int | None = None
    is_dry: bool = False


@dataclass
class RestoreReport:
    """What a restore came to.

    Attributes:
        written: Records by topic, without a prefix.
        skipped: Records that were there already.
        expired: Of those written, how many are older than their topic keeps records: Kafka deletes
            them in a few minutes.
        moved: Topics of which offsets are others than they were.
    """

    catalogue: Catalogue
    written: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    expired: int = 0
    moved: tuple[str, ...] = ()


async def restore(
    settings: KafkaSettings, folder: ArchiveFolder, wish: Wish, now: datetime, tell: Tell
) -> RestoreReport:
    """Write an archive into topics, which are made where they are missing.

    Raises:
        ArchiveError: The archive is not as it was written, does not fit, or is not wanted there.
        TopicMismatchError: A topic has another number of partitions.
        BrokerUnavailableError, PublishFailedError: It can go on from there.
    """
    catalogue = folder.read()
    if catalogue.partitions != settings.partitions:
        raise OtherTopicsError(
            f"the archive has {catalogue.partitions} partitions of each topic, KAFKA_PARTITIONS is"
            f" {settings.partitions}: set it to {catalogue.partitions}, since a record goes where"
            " it was"
        )
    folder.check_digests(catalogue)
    prefix = settings.topic_prefix
    existing = [f"{prefix}{topic}" for topic in catalogue.topics]
    names = find_names(settings.topics, existing)
    if strange := sorted(set(existing) - names.roles.keys()):
        raise OtherTopicsError(f"the archive has a topic {strange[0]}, which is none of ours")
    specs = {spec.name: _keep(spec, wish.keep_days) for spec in names.all()}
    async with open_admin(settings) as admin:
        await _refuse_members(admin, names)
        found = await admin.describe(specs.keys())
        diff = replace(compare(list(specs.values()), found, settings.partitions), missing=())
        refuse_mismatch(diff, settings.partitions)
        async with _open_reader(settings, found.keys()) as reader:
            fillings = await plan_filling(catalogue, folder, prefix, reader, wish.told)
        report = _foresee(catalogue, fillings)
        if wish.is_dry:
            return report
        await _let_keep_times(admin, specs, found.keys(), settings.partitions)
        writing = Writing(folder, specs, now, report, tell)
        async with open_placed_publisher(settings) as publisher:
            await writing.write(publisher, fillings, order_topics(names))
        async with open_record_reader(settings, list(specs)) as reader:
            await _require_all(reader, fillings)
        for spec in specs.values():
            await admin.configure(spec)
    return report


def _keep(spec: TopicSpec, days: int | None) -> TopicSpec:
    return spec if days is None else replace(spec, retention_ms=days * DAY_MS)


def _foresee(catalogue: Catalogue, fillings: Sequence[Filling]) -> RestoreReport:
    report = RestoreReport(catalogue, skipped=sum(one.skipped for one in fillings))
    for filling in fillings:
        topic = filling.log.topic
        report.written[topic] = report.written.get(topic, 0) + filling.left
    moved = (one.log.topic for one in fillings if one.log.records and one.end != one.log.end)
    report.moved = tuple(dict.fromkeys(moved))
    return report


async def _refuse_members(admin: TopicAdmin, names: TopicNames) -> None:
    if reading := await find_reading_group(admin, names):
        group, count = reading
        raise NotEmptyError(
            f"{count} clients of the group {group} read these topics: stop the agents until all is"
            " restored, or they call again what was answered"
        )


@asynccontextmanager
async def _open_reader(
    settings: KafkaSettings, topics: Iterable[str]
) -> AsyncIterator[ReadsRecords]:
    if not (named := list(topics)):
        yield NoTopics()
        return
    async with open_record_reader(settings, named) as reader:
        yield reader


class NoTopics:
    """A broker without any of the topics."""

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        """Of none."""
        return {}, {}

    async def read_at(self, _position: Position, _offset: int) -> ConsumedRecord | None:
        """There is none."""
        return None


async def _let_keep_times(
    admin: TopicAdmin, specs: Mapping[str, TopicSpec], found: Iterable[str], partitions: int
) -> None:
    """Have topics that take a record's own time. The broker takes a moment to know it."""
    wanted = [replace(spec, timestamp_type=WRITERS_TIME) for spec in specs.values()]
    there = set(found)
    if missing := [spec for spec in wanted if spec.name not in there]:
        await admin.create(missing, partitions)
    for spec in wanted:
        if spec.name in there:
            await admin.configure(spec)
    try:
        async with asyncio.timeout(CONFIGURED_S):
            while True:
                if await _keep_times(admin, specs):
                    return
                await asyncio.sleep(LOOK_S)  # noqa: TID251 - the broker's time to know it
    except TimeoutError as error:
        raise ArchiveError(f"the broker has not set {TIME} within {CONFIGURED_S:g} s") from error


async def _keep_times(admin: TopicAdmin, specs: Mapping[str, TopicSpec]) -> bool:
    states = await admin.describe(specs.keys())
    return len(states) == len(specs) and all(
        state.config.get(TIME) == WRITERS_TIME for state in states.values()
    )


@dataclass(frozen=True)
class Writing:
    """Writes the records of an archive, and notes in a report what it has written."""

    folder: ArchiveFolder
    specs: Mapping[str, TopicSpec]
    now: datetime
    report: RestoreReport
    tell: Tell
    _done: list[int] = field(default_factory=lambda: [0])

    async def write(
        self,
        publisher: PlacedPublisher,
        fillings: Sequence[Filling],
        order: Iterable[Iterable[str]],
    ) -> None:
        """Write all logs, topic by topic: whoever reads an input finds what was answered."""
        for topics in order:
            named = set(topics)
            now = [one for one in fillings if one.position[0] in named and one.left]
            try:
                async with asyncio.TaskGroup() as tasks:
                    for one in now:
                        tasks.create_task(publisher.publish(one.position, self._count(one)))
            except ExceptionGroup as several:
                raise several.exceptions[0] from several

    def _count(self, filling: Filling) -> Iterator[ConsumedRecord]:
        total = sum(self.report.written.values())
        kept = timedelta(milliseconds=self.specs[filling.position[0]].retention_ms)
        oldest_ms = (self.now - kept).timestamp() * 1000
        for record in filling.records(self.folder):
            self._done[0] += 1
            self.report.expired += record.timestamp_ms < oldest_ms
            yield record
        self.tell(self._done[0], total)


async def _require_all(reader: ReadsRecords, fillings: Sequence[Filling]) -> None:
    _, ends = await reader.bounds()
    for filling in fillings:
        if ends[filling.position] != filling.end:
            topic, partition = filling.position
            raise ArchiveError(
                f"{topic} [{partition}] ends at offset {ends[filling.position]}, not"
                f" {filling.end}: somebody else writes to it, or it was made again meanwhile"
            )
