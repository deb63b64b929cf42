"""Finds what a job can be run from: the record of its furthest answer, or else its request."""

from dataclasses import dataclass
from typing import Protocol

from schemas.job.record import StageRecord
from services.gateway.database.database import Connection
from services.gateway.database.sight import Sight
from services.gateway.deadline.store import Copy, list_copies
from services.gateway.job.store import StoredJob, find_job, find_value
from services.kafka import ConsumedRecord, Position


class ReadsRecords(Protocol):
    """Reads single records."""

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        """The record at an offset; None where the log does not hold it any more."""
        ...


@dataclass(frozen=True)
class StoredSource:
    """What the tables have of a job.

    Attributes:
        value: The record of its current result; None where no stage has answered.
        copies: Where its request lies then: the tables have none.
    """

    job: StoredJob
    value: bytes | None
    copies: tuple[Copy, ...] = ()

    async def read(self, records: ReadsRecords) -> bytes | None:
        """The record; None where none is kept that can be read.

        Raises:
            BrokerUnavailableError: Its request is in Kafka only, and no broker answers.
        """
        if self.value is not None:
            return self.value
        for copy in self.copies:
            record = await records.read_at(copy.position, copy.offset)
            if record is not None and record.value and _is_readable(record.value):
                return record.value
        return None


def find_stored(connection: Connection, job_id: str, sight: Sight) -> StoredSource | None:
    """What the tables have of a job that is seen; None where it is not."""
    job = find_job(connection, job_id, sight)
    if job is None:
        return None
    value = find_value(connection, job) if job.has_value else None
    stages = job.known.fold.stages
    if value is not None or not stages:
        return StoredSource(job, value)
    return StoredSource(job, None, tuple(list_copies(connection, job_id, stages[0])))


def _is_readable(value: bytes) -> bool:
    try:
        StageRecord.from_json(value)
    except ValueError:
        return False
    return True
