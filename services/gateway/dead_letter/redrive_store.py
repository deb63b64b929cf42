"""Redrives and discards: what the desk did to dead letters, each once.

reserved -> published        a crash in between leaves it reserved: it is published again
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, select, tuple_, update

from schemas.api.dead_letter import LetterState
from schemas.kafka.headers import KafkaHeaders
from schemas.stage import StageName
from services.gateway.database.moment import LATEST, to_us
from services.gateway.database.upsert import insert_missing
from services.gateway.dead_letter.state import LetterKey
from services.gateway.dead_letter.stored_letter import StoredDiscard, read_headers, write_headers
from services.gateway.dead_letter.table import DEAD_LETTERS, DISCARDS, REDRIVES


class RedriveState(StrEnum):
    """How far a redrive has come."""

    RESERVED = "reserved"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Redrive:
    """A dead letter on its way back.

    Attributes:
        key: Job, stage and the redrive that the record will be.
        value: The original bytes.
    """

    key: LetterKey
    topic: str
    headers: KafkaHeaders
    value: bytes | None
    at_us: int


_HAS_KEY = (
    REDRIVES.c.job_id == bindparam("of_job"),
    REDRIVES.c.stage == bindparam("of_stage"),
    REDRIVES.c.redrive == bindparam("of_redrive"),
)
_FIND = select(REDRIVES).where(*_HAS_KEY)
_IS_RESERVED = _FIND.where(REDRIVES.c.state == RedriveState.RESERVED)
_KEY = (REDRIVES.c.job_id, REDRIVES.c.stage, REDRIVES.c.redrive)
_LIST_RESERVED = select(REDRIVES).where(REDRIVES.c.state == RedriveState.RESERVED).order_by(*_KEY)
_NOTE_ACK = update(REDRIVES).where(*_HAS_KEY).values(state=RedriveState.PUBLISHED, value=None)
_PUT_ASIDE = (
    update(DEAD_LETTERS)
    .where(
        DEAD_LETTERS.c.job_id == bindparam("of_job"),
        DEAD_LETTERS.c.stage == bindparam("of_stage"),
        DEAD_LETTERS.c.redrive == bindparam("of_redrive"),
        DEAD_LETTERS.c.state == LetterState.OPEN,
        exists().where(
            DISCARDS.c.job_id == DEAD_LETTERS.c.job_id,
            DISCARDS.c.stage == DEAD_LETTERS.c.stage,
            DISCARDS.c.redrive == DEAD_LETTERS.c.redrive,
        ),
    )
    .values(state=LetterState.DISCARDED)
)


def reserve_redrive(connection: Connection, wanted: Redrive) -> Redrive:
    """Note a redrive before it is published, or find the one that was noted before."""
    if insert_missing(connection, REDRIVES, [_write(wanted)]):
        return wanted
    return _read(connection.execute(_FIND, _name(wanted.key)).one())


def note_ack(connection: Connection, key: LetterKey) -> None:
    """Note that the broker has the record."""
    connection.execute(_NOTE_ACK, _name(key))


def list_unacked(
    connection: Connection, after: LetterKey | None, limit: int, before: datetime = LATEST
) -> list[Redrive]:
    """Redrives whose publishing has no known end.

    Args:
        after: The key after which the page begins, None for the first one.
        before: Those that were asked for earlier.
    """
    query = _LIST_RESERVED.where(REDRIVES.c.at_us < to_us(before)).limit(limit)
    query = query if after is None else query.where(tuple_(*_KEY) > after)
    return [_read(row) for row in connection.execute(query)]


def is_unacked(connection: Connection, key: LetterKey) -> bool:
    """Whether the publishing of a dead letter's redrive has no known end."""
    job_id, stage, redrive = key
    return connection.execute(_IS_RESERVED, _name((job_id, stage, redrive + 1))).first() is not None


def note_discard(connection: Connection, key: LetterKey, discard: StoredDiscard) -> None:
    """Put a dead letter aside."""
    told = {"reason": discard.reason, "by": discard.by, "at_us": to_us(discard.at)}
    connection.execute(insert(DISCARDS), _key_columns(key) | told)
    put_aside(connection, [key])


def put_aside(connection: Connection, keys: Sequence[LetterKey]) -> None:
    """Say of those letters that were discarded that they are, in their own rows.

    A list of open ones then meets no others, however many have been discarded.
    """
    if keys:
        connection.execute(_PUT_ASIDE, [_name(key) for key in keys])


def _name(key: LetterKey) -> dict[str, Any]:
    return {
        f"of_{name}": value for name, value in zip(("job", "stage", "redrive"), key, strict=True)
    }


def _key_columns(key: LetterKey) -> dict[str, Any]:
    return dict(zip(("job_id", "stage", "redrive"), key, strict=True))


def _write(redrive: Redrive) -> dict[str, Any]:
    return _key_columns(redrive.key) | {
        "state": RedriveState.RESERVED,
        "topic": redrive.topic,
        "headers": write_headers(redrive.headers),
        "value": redrive.value,
        "at_us": redrive.at_us,
    }


def _read(row: Any) -> Redrive:
    return Redrive(
        key=(row.job_id, StageName(row.stage), row.redrive),
        topic=row.topic,
        headers=read_headers(row.headers),
        value=None if row.value is None else bytes(row.value),
        at_us=row.at_us,
    )
