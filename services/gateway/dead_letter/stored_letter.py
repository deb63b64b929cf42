"""Dead letters as the tables have them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.api.dead_letter import LetterState
from schemas.kafka.headers import ErrorKind, KafkaHeaders
from schemas.stage import StageName
from services.gateway.database.moment import from_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight
from services.gateway.dead_letter.state import LetterKey
from services.gateway.record.orphan import is_orphan
from services.gateway.status.cell import AttemptFailure


@dataclass(frozen=True)
class LetterFilter:
    """Which dead letters are meant. None means any.

    Attributes:
        sight: Whose are seen.
    """

    sight: Sight

    state: LetterState | None = LetterState.OPEN
    stage: StageName | None = None
    kind: ErrorKind | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class StoredDiscard:
    """Why a dead letter was put aside."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class StoredLetter:
    """A dead letter as the tables have it.

    Attributes:
        key: Job or mark of an orphan, stage and redrive.
        headers: As text; what was none is replaced.
        tenant: Whose job it was; None where nothing says it.
        value: The original bytes; None where there are none, and in lists.
    """

    letter_id: str
    key: LetterKey
    state: LetterState
    failure: AttemptFailure
    fingerprint: str
    attempts: int
    topic: str
    partition: int
    failed_us: int
    headers: dict[str, str]
    discard: StoredDiscard | None
    tenant: str | None
    value: bytes | None = None

    @property
    def job_id(self) -> str | None:
        """None where the record names no job."""
        return None if is_orphan(self.key[0]) else self.key[0]

    @property
    def place(self) -> Place:
        """Its place in a list."""
        return Place(self.failed_us, self.letter_id)


@dataclass(frozen=True)
class StoredGroup:
    """Dead letters that failed alike."""

    stage: StageName
    kind: ErrorKind
    fingerprint: str
    message: str
    count: int
    first_us: int
    last_us: int


def write_headers(headers: Sequence[tuple[str, bytes]]) -> str:
    """Headers as JSON; of a repeated name the last one, as readers of records have it."""
    return json.dumps({name: (text or b"").decode(errors="replace") for name, text in headers})


def read_headers(text: str) -> KafkaHeaders:
    """Read what `write_headers` wrote, as Kafka holds it."""
    return [(name, value.encode()) for name, value in json.loads(text).items()]


def read_letter(row: Any, value: bytes | None) -> StoredLetter:
    """Read a row of the desk."""
    discarded = row.reason is not None
    return StoredLetter(
        letter_id=row.letter_id,
        key=(row.job_id, StageName(row.stage), row.redrive),
        state=LetterState(row.state),
        failure=AttemptFailure(row.offset, ErrorKind(row.error_kind), row.error_code, row.message),
        fingerprint=row.fingerprint,
        attempts=row.attempts,
        topic=row.topic,
        partition=row.partition,
        failed_us=row.failed_us,
        headers=json.loads(row.headers),
        discard=StoredDiscard(row.reason, row.by, from_us(row.at_us)) if discarded else None,
        tenant=row.tenant,
        value=value,
    )
