"""The dead-letter desk: what stages have given up on, and what is done about it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.api.act import Reason
from schemas.contract import Contract, RequestContract, Whole
from schemas.kafka.headers import ErrorKind
from schemas.open_enum import Known, OpenEnum
from schemas.stage import StageName
from schemas.tenant import Tenant

MAX_REDRIVES = 3
DEFAULT_REDRIVE_LIMIT = 100
MAX_REDRIVE_LIMIT = 1_000
MAX_CURSOR_CHARS = 500
FINGERPRINT_PATTERN = r"^[0-9a-f]{12}$"

Fingerprint = Annotated[str, StringConstraints(pattern=FINGERPRINT_PATTERN)]


class LetterState(OpenEnum):
    """What has become of a dead letter.

    open -> redriven -> resolved | refailed        open -> discarded

    Refailed: its redrive has failed too, and has left a dead letter of its own.
    """

    OPEN = "open"
    REDRIVEN = "redriven"
    RESOLVED = "resolved"
    REFAILED = "refailed"
    DISCARDED = "discarded"


class Discard(Contract):
    """Why and by whom a dead letter was put aside."""

    reason: str
    by: str
    at: datetime


class DeadLetter(Contract):
    """A record that a stage has given up on.

    Attributes:
        id: Stage, partition and offset of the record.
        job_id: None where the record names no job: it was written by a stranger.
        fingerprint: The same for failures that differ in numbers and quoted parts only.
        attempts: How many were made before it was given up on.
        redrive: How often it had been put back before it failed.
        failed_at: When the broker appended the record.
        tenant: Whose job it was; None where nothing says it.
    """

    id: str
    job_id: UUID | None
    stage: StageName
    state: LetterState
    error_kind: ErrorKind
    error_code: str | None
    message: str
    fingerprint: str
    attempts: int
    redrive: int
    topic: str
    partition: int
    offset: int
    failed_at: datetime
    discard: Discard | None = None
    tenant: str | None = None


class DeadLetterRecord(DeadLetter):
    """A dead letter with what was given up on.

    Attributes:
        value: The original bytes, as text or in base64; None for a record without a value.
        is_base64: Whether the bytes are no UTF-8 text.
        size_bytes: Of the whole value.
        is_cut: Whether `value` is only its beginning.
    """

    headers: dict[str, str]
    value: str | None
    is_base64: bool
    size_bytes: int
    is_cut: bool


class DeadLetterPage(Contract):
    """A page of dead letters, newest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    dead_letters: tuple[DeadLetter, ...]
    next: str | None


class DeadLetterGroup(Contract):
    """Dead letters that failed alike.

    Attributes:
        message: The message of one of them.
    """

    stage: StageName
    error_kind: ErrorKind
    fingerprint: str
    message: str
    count: int
    first_failed_at: datetime
    last_failed_at: datetime


class DeadLetterGroups(Contract):
    """The groups, the largest first."""

    groups: tuple[DeadLetterGroup, ...]


class RedriveRequest(RequestContract):
    """Which open dead letters to put back; without a filter, all of them.

    Attributes:
        limit: The most to look at in one request. The oldest go first.
        cursor: `next` of the answer before. It goes through those only that had failed by then.
        dry_run: Only say which ones they would be.
        tenant: Only this tenant's; for admins, who see all.
        reason: Why, for the log of acts.
    """

    stage: StageName | None = None
    kind: Annotated[ErrorKind, Known] | None = None
    fingerprint: Fingerprint | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_REDRIVE_LIMIT), Whole] = DEFAULT_REDRIVE_LIMIT
    cursor: Annotated[str, StringConstraints(max_length=MAX_CURSOR_CHARS)] | None = None
    dry_run: bool = False
    tenant: Tenant | None = None
    reason: Reason = ""


class SkippedLetter(Contract):
    """A dead letter that fits the filter and may not be put back."""

    id: str
    job_id: UUID | None
    reason: str


class RedriveResult(Contract):
    """What was put back, or would be.

    Attributes:
        next: The cursor to go on with, None when all have been gone through.
    """

    dead_letters: tuple[DeadLetter, ...]
    skipped: tuple[SkippedLetter, ...] = ()
    next: str | None = None
    dry_run: bool


class DiscardRequest(RequestContract):
    """Why a dead letter is put aside.

    Attributes:
        by: Who says so, as far as is known.
    """

    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
        Field(json_schema_extra={"pattern": r"\S"}),
    ]
    by: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
