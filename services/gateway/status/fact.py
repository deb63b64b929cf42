"""What one Kafka record says: one fact about one job."""

from dataclasses import dataclass

from schemas.stage import StageName
from services.gateway.status.cell import Cell
from services.gateway.status.fold import JobFold, Subject
from services.gateway.status.used import Used
from services.kafka import ConsumedRecord

RESULT_CHANGED = "result changed"
"""The kind of a promotion and of a roll back, which is one."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one record says.

    Attributes:
        kind: accepted, started, answered, interrupted, retry scheduled, parked, retry due,
            succeeded, failed, redriven, cancel asked, cancel heard, cancelled or result changed.
        attempt: With "retry scheduled" the one that waits; the one before it has failed.
        value: The bytes of a success, None otherwise.
        used: What a success has taken of the model, None otherwise.
    """

    job_id: str
    kind: str
    stage: StageName
    attempt: int
    redrive: int
    record: ConsumedRecord
    fold: JobFold
    message: str | None = None
    value: bytes | None = None
    used: Used | None = None

    @property
    def dead_letter(self) -> Cell | None:
        """The attempt that has been given up on, where the record is a dead letter."""
        return self.fold.cells[0] if self.kind == "failed" else None


def make_fact(
    record: ConsumedRecord,
    job_id: str,
    kind: str,
    cell: Cell,
    subject: Subject | None,
    message: str | None = None,
) -> Fact:
    """The fact of a record that tells of one attempt."""
    fold = JobFold(subject, record.timestamp_ms, (cell,))
    return Fact(job_id, kind, cell.stage, cell.attempt, cell.redrive, record, fold, message)
