"""Errors that are alike: how often, since when, whom they met, and what people decided of them."""

from datetime import datetime
from uuid import UUID

from schemas.contract import Contract
from schemas.open_enum import OpenEnum


class ErrorSource(OpenEnum):
    """Where it goes wrong."""

    TABLE = "table"
    COLUMN = "column"
    ROW = "row"
    GATEWAY = "gateway"
    WEBHOOK = "webhook"


class GroupState(OpenEnum):
    """What is to be made of a group.

    open -> resolved -> regressed        open -> muted

    Regressed: it was called resolved, and has been seen again since.
    """

    OPEN = "open"
    RESOLVED = "resolved"
    REGRESSED = "regressed"
    MUTED = "muted"


class ErrorGroup(Contract):
    """Errors that differ in numbers and quoted parts only.

    Attributes:
        kind: The kind of error of a stage, what the gateway calls it in its log, or how a receiver
            of webhooks answered: `http-` and the status, or `no-answer`.
        message: Of one of them; without anybody's values where the gateway itself failed.
        count: What stands in the tables; a job that is pruned or deleted takes its own with it. Of
            webhooks the attempts of deliveries that are not delivered.
        jobs: How many jobs were met; 0 where it was none.
        tenants: How many tenants were met; 0 where nothing says it.
        release: That of the process which failed last; None where it is not known.
        decided_by: Who called it resolved or muted; None where nobody did.
    """

    fingerprint: str
    source: ErrorSource
    kind: str
    message: str
    state: GroupState
    count: int
    jobs: int
    tenants: int
    first_seen_at: datetime
    last_seen_at: datetime
    release: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


class ErrorGroupPage(Contract):
    """The groups, the one that was seen last first."""

    errors: tuple[ErrorGroup, ...]


class ErrorOccurrence(Contract):
    """One error of a stage.

    Attributes:
        letter_id: The dead letter that it left.
        job_id: None where the record names no job.
    """

    letter_id: str
    job_id: UUID | None
    failed_at: datetime


class ErrorGroupDetail(ErrorGroup):
    """A group with the latest of its errors, the newest first; none but for those of stages."""

    latest: tuple[ErrorOccurrence, ...] = ()
