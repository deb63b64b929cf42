"""Reads a Kafka record: as one fact about one job, or as a dead letter that is about none."""

from collections.abc import Callable

from schemas.kafka.topics import TopicKind, TopicRole
from services.gateway.record.event_record import read_control, read_event
from services.gateway.record.opened_record import OpenedRecord, UnreadableRecordError
from services.gateway.record.orphan import OrphanLetter
from services.gateway.record.stage_record import (
    read_dead_letter,
    read_orphan,
    read_request,
    read_retry,
    read_suggestion,
)
from services.gateway.status.fact import Fact
from services.kafka import ConsumedRecord

READERS: dict[TopicKind, Callable[[OpenedRecord], Fact]] = {
    TopicKind.REQUESTS: read_request,
    TopicKind.SUGGESTIONS: read_suggestion,
    TopicKind.RETRIES: read_retry,
    TopicKind.DEAD_LETTERS: read_dead_letter,
    TopicKind.EVENTS: read_event,
    TopicKind.CONTROL: read_control,
}
"""Who reads the records of which topics."""


def read_record(role: TopicRole, record: ConsumedRecord) -> Fact | OrphanLetter:
    """Read a record of a topic.

    Raises:
        LaterReleaseError: It says what only a later release knows.
        UnreadableRecordError: It says nothing that anybody has to know.
    """
    if record.unreadable is not None and role.kind is not TopicKind.DEAD_LETTERS:
        raise UnreadableRecordError("batch")
    opened = OpenedRecord(role, record)
    if opened.names_job:
        return READERS[role.kind](opened)
    if role.kind is TopicKind.DEAD_LETTERS:
        return read_orphan(opened)
    raise UnreadableRecordError("no-job-id")
