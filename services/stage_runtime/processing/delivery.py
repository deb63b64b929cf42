"""Reads a consumed record."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from pydantic import ValidationError

from schemas.job.record import StageRecord
from schemas.kafka.headers import Headers, decode_headers
from services.failure.error import PoisonError
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
        if self.headers.deadline_ms is not None:
            return datetime.fromtimestamp(self.headers.deadline_ms / 1000, UTC)
        return self.record.job.deadline_at


def read_delivery(source: ConsumedRecord) -> Delivery:
    """Read a consumed record.

    Raises:
        PoisonError: Its bytes or headers are no record of ours.
    """
    if source.value is None:
        raise PoisonError("the record has no value")
    try:
        headers = decode_headers(source.headers)
        record = StageRecord.from_json(source.value)
    except ValidationError as error:
        raise PoisonError(f"the record cannot be read: {first_problem(error)}") from error
    except ValueError as error:
        raise PoisonError(f"the record cannot be read: {error}") from error
    if source.key != record.job.key:
        raise PoisonError("the record's key is not its job's id")
    return Delivery(source, headers, record)


def first_problem(error: ValidationError) -> str:
    """Say in one line what is wrong first, without the value, which may be a user's text."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = "/".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else problem["msg"]
