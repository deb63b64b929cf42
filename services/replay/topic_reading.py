"""Reads the topics to their end without a group: nobody's offsets are touched."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.topics import TopicKind, TopicNames, TopicRole
from schemas.stage import StageName
from services.kafka import ConsumedRecord, KafkaSettings, Position, open_log_reader
from services.replay.past_job import PastJob

BATCH_RECORDS = 2_000
CLOCKS_APART = timedelta(minutes=10)
"""A job's time is its gateway's, a record's the broker's."""
READ_KINDS = (
    TopicKind.REQUESTS,
    TopicKind.SUGGESTIONS,
    TopicKind.DEAD_LETTERS,
    TopicKind.EVENTS,
)

Take = Callable[[ConsumedRecord, TopicRole], None]


class PastReading:
    """Gathers what the topics say of jobs.

    Args:
        changed: The stage from which jobs are to be run again.
    """

    def __init__(self, changed: StageName) -> None:
        self._changed = changed
        self.jobs: dict[UUID, PastJob] = {}
        self.unreadable: set[UUID] = set()

    def take(self, record: ConsumedRecord, role: TopicRole) -> None:
        """Take in a record. What is no job's says nothing; what cannot be read is noted."""
        job_id = read_job_id(record)
        if job_id is None:
            return
        job = self.jobs.setdefault(job_id, PastJob(job_id))
        try:
            if role.kind is TopicKind.EVENTS:
                event = JobEvent.from_json(record.value or b"")
                job.is_cancelled |= event.kind is EventKind.CANCELLED
            else:
                job.take(record, role, self._changed)
        except ValueError:
            self.unreadable.add(job_id)


def read_job_id(record: ConsumedRecord) -> UUID | None:
    """The job that a record is of; None for a key that is no job's id."""
    try:
        return UUID((record.key or b"").decode())
    except ValueError:
        return None


def roles_read(topics: TopicNames) -> Mapping[str, TopicRole]:
    """The topics that tell what has become of jobs."""
    return {name: role for name, role in topics.roles.items() if role.kind in READ_KINDS}


async def read_past(
    settings: KafkaSettings, since: datetime | Mapping[Position, int] | None, take: Take
) -> dict[Position, int]:
    """Read the topics to where they end now.

    Args:
        since: From when on, or from which offsets; None for all that is kept.

    Returns:
        Where they end.

    Raises:
        BrokerUnavailableError, LogStandsError: They cannot be read.
    """
    roles = roles_read(settings.topics)
    async with open_log_reader(settings, list(roles)) as reader:
        begins, ends = await reader.begin_offsets(), await reader.end_offsets()
        if isinstance(since, datetime):
            since_ms = int((since - CLOCKS_APART).timestamp() * 1000)
            await reader.seek(ends | await reader.offsets_at(dict.fromkeys(ends, since_ms)))
        elif since is not None:
            # What was there may have been deleted since: reading goes on with what is kept.
            places = {at: max(since.get(at, 0), begin) for at, begin in begins.items()}
            await reader.seek({at: min(place, ends[at]) for at, place in places.items()})
        async for records in reader.read_to(ends, BATCH_RECORDS):
            for record in records:
                take(record, roles[record.topic])
    return ends
