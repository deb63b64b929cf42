"""Copies what the topics hold, and the archive does not, into its files.

    which topics are there? -> where do they end? -> read up to there -> name the files in the list

The list is written last: whatever ends a backup before, the archive is as it was.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.kafka.topics import TopicNames
from services.archive.catalogue import Catalogue, Log
from services.archive.error import OtherTopicsError
from services.archive.folder import ArchiveFolder
from services.archive.log_copy import BEGIN_ANOTHER, LogCopy
from services.archive.topic import find_names, order_topics
from services.kafka import ConsumedRecord, KafkaSettings, Position, open_admin, open_log_reader
from services.kafka.topic_check import compare, refuse_mismatch

BATCH_RECORDS = 2_000

Tell = Callable[[int, int], None]
"""Told how many of so many offsets are done."""


class ReadsLogs(Protocol):
    """Reads whole partitions."""

    async def begin_offsets(self) -> dict[Position, int]:
        """The first offset that each partition still holds."""
        ...

    async def end_offsets(self, topics: Collection[str] | None = None) -> dict[Position, int]:
        """The offset behind the last record of each partition."""
        ...

    async def seek(self, positions: Mapping[Position, int]) -> None:
        """Go on from the given next offsets."""

    def read_to(
        self, ends: Mapping[Position, int], max_records: int
    ) -> AsyncIterator[list[ConsumedRecord]]:
        """Read everything before the given offsets."""
        ...


@dataclass(frozen=True)
class Origin:
    """Where topics are: their cluster, their prefix, and how many partitions each has."""

    cluster_id: str
    prefix: str
    partitions: int


@dataclass(frozen=True)
class BackupReport:
    """What a backup came to.

    Attributes:
        records: How many it has added; size: how many bytes of files.
        gone: Offsets that Kafka deleted since the last backup, before they were backed up, by the
            topic's name without a prefix.
        unreadable: Records that stand for a batch which nobody can read.
    """

    catalogue: Catalogue
    records: int
    size: int
    gone: Mapping[str, int]
    unreadable: int


async def back_up(
    settings: KafkaSettings, folder: ArchiveFolder, now: Callable[[], datetime], tell: Tell
) -> BackupReport:
    """Bring an archive up to date, or begin one.

    Raises:
        ArchiveError: It is another's, or of other topics, or not as it was written; or the files
            cannot be written.
        TopicMismatchError: A topic is missing, or has another number of partitions.
        BrokerUnavailableError, LogStandsError: The topics cannot be read.
    """
    with folder.held():
        before = folder.find()
        async with open_admin(settings) as admin:
            cluster_id, prefix = await admin.cluster_id(), settings.topic_prefix
            origin = Origin(cluster_id, prefix, settings.partitions)
            names = find_names(settings.topics, await admin.list_topics())
            found = await admin.describe(names.roles)
            refuse_mismatch(compare(names.all(), found, origin.partitions), origin.partitions)
        async with open_log_reader(settings, list(names.roles), is_placed=False) as reader:
            report = await copy_topics(reader, names, folder, before, origin, now(), tell)
        folder.write(report.catalogue)
    return report


async def copy_topics(
    reader: ReadsLogs,
    names: TopicNames,
    folder: ArchiveFolder,
    before: Catalogue | None,
    origin: Origin,
    now: datetime,
    tell: Tell,
) -> BackupReport:
    """Copy what is new, up to where the topics end now. The list is not written yet.

    Raises:
        OtherTopicsError: The topics are not those of the archive.
    """
    if before is not None:
        refuse_other(before, origin)
    ends = dict[Position, int]()
    for group in order_topics(names):
        ends |= await reader.end_offsets(group)
    begins = await reader.begin_offsets()
    logs = known_logs(before, names, ends)
    copies = {at: LogCopy(folder, logs[at], begins[at], end) for at, end in ends.items()}
    try:
        await _read(reader, copies, tell)
        # Whatever was read of a log that has lost its end since, another one is there now.
        for at, end in (await reader.end_offsets()).items():
            if end < copies[at].end:
                raise OtherTopicsError(f"{at[0]} [{at[1]}] has lost its end while it was read")
        copied = {at: copy.close() for at, copy in copies.items()}
    finally:
        for copy in copies.values():
            copy.abandon()
    return _report(before, origin, now, copied, copies)


async def _read(reader: ReadsLogs, copies: Mapping[Position, LogCopy], tell: Tell) -> None:
    ends = {at: copy.end for at, copy in copies.items() if copy.place < copy.end}
    total = sum(copies[at].end - copies[at].place for at in ends)
    await reader.seek({at: min(copy.place, copy.end) for at, copy in copies.items()})
    done = 0
    async for records in reader.read_to(ends, BATCH_RECORDS):
        for record in records:
            copies[record.topic, record.partition].take(record)
        done += len(records)
        tell(min(done, total), total)


def refuse_other(before: Catalogue, origin: Origin) -> None:
    """Refuse to go on with an archive of other topics.

    Raises:
        OtherTopicsError: It is of another cluster, or its topics have other partitions.
    """
    if before.cluster_id != origin.cluster_id:
        raise OtherTopicsError(
            f"the archive is of the cluster {before.cluster_id}, this is {origin.cluster_id}:"
            f" {BEGIN_ANOTHER}"
        )
    if before.prefix != origin.prefix:
        raise OtherTopicsError(
            f"the archive is of topics with the prefix {before.prefix!r}, KAFKA_TOPIC_PREFIX is"
            f" {origin.prefix!r}: begin another archive, in an empty folder"
        )
    if before.partitions != origin.partitions:
        raise OtherTopicsError(
            f"the archive has {before.partitions} partitions of each topic, KAFKA_PARTITIONS is"
            f" {origin.partitions}: begin another archive, in an empty folder"
        )


def known_logs(
    before: Catalogue | None, names: TopicNames, positions: Collection[Position]
) -> dict[Position, Log]:
    """What an archive has of each log; of a new one nothing."""
    archived = {} if before is None else {(log.topic, log.partition): log for log in before.logs}
    found = {}
    for topic, partition in positions:
        name = topic.removeprefix(names.prefix)
        empty = Log(topic=name, partition=partition, segments=())
        found[topic, partition] = archived.get((name, partition), empty)
    return found


def _report(
    before: Catalogue | None,
    origin: Origin,
    now: datetime,
    copied: Mapping[Position, Log],
    copies: Mapping[Position, LogCopy],
) -> BackupReport:
    names = {(log.topic, log.partition): log for log in copied.values()}
    # What the archive has of a topic that is no more stays in it.
    kept = {(log.topic, log.partition): log for log in (before.logs if before else ())}
    logs = tuple((kept | names)[at] for at in sorted(kept | names))
    catalogue = Catalogue(
        cluster_id=origin.cluster_id,
        prefix=origin.prefix,
        partitions=origin.partitions,
        taken_at=now,
        logs=logs,
    )
    gone = dict[str, int]()
    for at, copy in copies.items():
        if copy.gone:
            gone[copied[at].topic] = gone.get(copied[at].topic, 0) + copy.gone
    return BackupReport(
        catalogue,
        sum(copy.records for copy in copies.values()),
        sum(segment.size for copy in copies.values() for segment in copy.added),
        gone,
        sum(copy.unreadable for copy in copies.values()),
    )
