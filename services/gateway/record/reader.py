"""Reads a Kafka record: as one fact about one job, or as a dead letter that is about none."""

from services.gateway.record.event_record import read_control, read_event
from services.gateway.record.field import names_job, read_key
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


def read_record(source: Source, record: ConsumedRecord) -> Fact | Stray:
    """Read a record of a topic.

    Raises:
        UnreadableRecordError: It says nothing that anybody has to know.
    """
    if source.kind is TopicKind.DEAD_LETTERS and not names_job(record):
        return read_stray(source, record)
    return read_fact(source, record)


def read_fact(source: Source, record: ConsumedRecord) -> Fact:
    """Read a record about a job.

    Raises:
        UnreadableRecordError: It says nothing about one.
    """
    job_id = read_key(record)
    match source.kind:
        case TopicKind.REQUESTS:
            return read_request(source, record, job_id)
        case TopicKind.SUGGESTIONS:
            return read_suggestion(source, record, job_id)
        case TopicKind.RETRIES:
            return read_retry(source, record, job_id)
        case TopicKind.DEAD_LETTERS:
            return read_dead_letter(source, record, job_id)
        case TopicKind.EVENTS:
            return read_event(record, job_id)
        case TopicKind.CONTROL:
            return read_control(source, record, job_id)
