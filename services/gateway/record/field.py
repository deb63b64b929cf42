"""Reads the parts of a record: its key, headers and value."""

from uuid import UUID

from schemas.job.record import StageRecord
from schemas.kafka.headers import Headers, decode_headers
from services.kafka import ConsumedRecord


class UnreadableRecordError(ValueError):
    """A record says nothing that can be folded. Never retried: its bytes stay what they are."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_key(record: ConsumedRecord) -> str:
    """The job that a record is about.

    Raises:
        UnreadableRecordError: The key is no job id.
    """
    try:
        return str(UUID((record.key or b"").decode()))
    except ValueError as error:
        raise UnreadableRecordError("no-job-id") from error


def names_job(record: ConsumedRecord) -> bool:
    """Whether the key of a record is a job id."""
    try:
        read_key(record)
    except UnreadableRecordError:
        return False
    return True


def read_headers(record: ConsumedRecord) -> Headers:
    """What the headers say.

    Raises:
        UnreadableRecordError: One of them does not hold what it should.
    """
    try:
        return decode_headers(record.headers)
    except ValueError as error:
        raise UnreadableRecordError("headers") from error


def read_body(record: ConsumedRecord, job_id: str) -> StageRecord:
    """The job so far, as the value has it.

    Raises:
        UnreadableRecordError: The value is none, or that of another job.
    """
    try:
        body = StageRecord.from_json(record.value or b"")
    except ValueError as error:
        raise UnreadableRecordError("value") from error
    if str(body.job.job_id) != job_id:
        raise UnreadableRecordError("key")
    return body
