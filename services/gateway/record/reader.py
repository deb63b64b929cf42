"""Reads a Kafka record: as one fact about one job, or as a dead letter that is about none."""

from collections.abc import Callable

from services.gateway.record.event_record import read_control, read_event
from services.gateway.record.opened_record import OpenedRecord, UnreadableRecordError
from services.gateway.record.orphan import Stray
from services.gateway.record.stage_record import (
    read_dead_letter,
    read_request,
    read_retry,
    read_stray,
    read_suggestion,
)
from services.gateway.record.topic_kind import Source, TopicKind
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


def read_record(source: Source, record: ConsumedRecord) -> Fact | Stray:
    """Read a record of a topic.

    Raises:
        UnreadableRecordError: It says nothing that anybody has to know.
    """
    opened = OpenedRecord(source, record)
    if opened.names_job:
        return READERS[source.kind](opened)
    if source.kind is TopicKind.DEAD_LETTERS:
        return read_stray(opened)
    raise UnreadableRecordError("no-job-id")
