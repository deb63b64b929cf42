"""Reads a consumed record."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import AwareDatetime, ValidationError

from schemas.contract import Contract
from schemas.job.record import PROMPT_RECORD_SCHEMA, StageRecord
from schemas.job.request import MAX_DEADLINE_S
from schemas.kafka.ahead import is_schema_ahead, is_value_ahead
from schemas.kafka.headers import Headers, decode_headers, salvage_headers
from services.failure.error import PoisonError, SchemaAheadError
from services.kafka.value import ConsumedRecord


@dataclass(frozen=True)
class Delivery:
    """A consumed record that could be read."""

    source: ConsumedRecord
    headers: Headers
    record: StageRecord

    @property
    def job_id(self) -> UUID:
        """The job that it belongs to."""
        return self.record.job.job_id

    @property
    def deadline_at(self) -> datetime | None:
        """After it nothing is called or tried again: the job's, or the one a redrive gave."""
        return _given_deadline(self.headers) or self.record.job.deadline_at


class _Bounds(Contract):
    deadline_at: AwareDatetime | None = None


class _Glimpse(Contract):
    """The little that is read of a record of a later release."""

    job: _Bounds


def read_delivery(source: ConsumedRecord) -> Delivery:
    """Read a consumed record.

    Raises:
        PoisonError: Its bytes or headers are no record of ours.
        SchemaAheadError: They are one of a later release.
    """
    if source.unreadable is not None:
        raise PoisonError(f"a batch of records cannot be read: {source.unreadable}")
    if source.value is None:
        raise PoisonError("the record has no value")
    schema = salvage_headers(source.headers).schema
    ours = PROMPT_RECORD_SCHEMA
    if is_schema_ahead(schema, ours):
        raise SchemaAheadError(f"the record is a {schema}, this release reads {ours}")
    try:
        headers = decode_headers(source.headers)
        record = StageRecord.from_json(source.value)
    except ValidationError as error:
        if is_value_ahead(error):
            raise SchemaAheadError(_tell_ahead(error)) from error
        raise PoisonError(f"the record cannot be read: {first_problem(error)}") from error
    except ValueError as error:
        raise PoisonError(f"the record cannot be read: {error}") from error
    if source.key != record.job.key:
        raise PoisonError("the record's key is not its job's id")
    return Delivery(source, headers, record)


def find_deadline(source: ConsumedRecord, now: datetime) -> datetime:
    """Until when a record that is not understood may wait: its deadline, or the longest there is.

    The longest counts from when it first failed.
    """
    headers = salvage_headers(source.headers)
    first = headers.first_failed_ms
    begun_at = now if first is None else datetime.fromtimestamp(first / 1000, UTC)
    longest = begun_at + timedelta(seconds=MAX_DEADLINE_S)
    return _given_deadline(headers) or _glimpse_deadline(source.value or b"") or longest


def _given_deadline(headers: Headers) -> datetime | None:
    """The deadline that a redrive gave."""
    given = headers.deadline_ms
    return None if given is None else datetime.fromtimestamp(given / 1000, UTC)


def _glimpse_deadline(value: bytes) -> datetime | None:
    try:
        return _Glimpse.from_json(value).job.deadline_at
    except ValidationError:
        return None


def _tell_ahead(error: ValidationError) -> str:
    return f"a later release wrote the record, as it seems: {first_problem(error)}"


def first_problem(error: ValidationError) -> str:
    """Say in one line what is wrong first, without the value, which may be a user's text."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = "/".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else problem["msg"]
