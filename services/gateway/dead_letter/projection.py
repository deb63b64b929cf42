"""Puts dead letters on the desk, in the transaction of the fold that they are part of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from schemas.api.dead_letter import LetterState
from services.gateway.database.upsert import insert_missing
from services.gateway.dead_letter.redrive_store import put_aside
from services.gateway.dead_letter.state import (
    LetterKey,
    fingerprint_error,
    letter_state,
    moved_letters,
)
from services.gateway.dead_letter.stored_letter import write_headers
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.record.orphan import OrphanLetter
from services.gateway.status.cell import Cell
from services.gateway.status.change import FoldedBatch
from services.gateway.status.fold import JobFold
from services.kafka import ConsumedRecord

_SET_STATE = (
    update(DEAD_LETTERS)
    .where(
        DEAD_LETTERS.c.job_id == bindparam("of_job"),
        DEAD_LETTERS.c.stage == bindparam("of_stage"),
        DEAD_LETTERS.c.redrive == bindparam("of_redrive"),
    )
    .values(state=bindparam("new_state"))
)


def save_letters(connection: Connection, batch: FoldedBatch) -> None:
    """Put new dead letters on the desk, and move the known ones to where they stand now."""
    folds = {change.job_id: change.after.fold for change in batch.changes}
    rows = [
        _write(fact.job_id, fact.record, cell, _state(folds[fact.job_id], cell))
        for _, fact in batch.history
        if (cell := fact.dead_letter)
    ]
    _insert(connection, rows)
    moved = [_move(*moved) for change in batch.changes for moved in moved_letters(change)]
    if moved:
        connection.execute(_SET_STATE, moved)


def _state(fold: JobFold, cell: Cell) -> LetterState:
    return letter_state(fold, cell.stage, cell.redrive)


def save_orphans(connection: Connection, orphans: Sequence[OrphanLetter]) -> None:
    """Put dead letters on the desk that are about no job. Nothing but a discard moves them."""
    _insert(connection, [_write(s.mark, s.record, s.cell, LetterState.OPEN) for s in orphans])


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    insert_missing(connection, DEAD_LETTERS, rows)
    # After a rebuild, or with another letter of the same key, it may be known to be discarded.
    put_aside(connection, [(row["job_id"], row["stage"], row["redrive"]) for row in rows])


def _move(key: LetterKey, state: LetterState) -> dict[str, Any]:
    job_id, stage, redrive = key
    return {"of_job": job_id, "of_stage": stage, "of_redrive": redrive, "new_state": state}


def _write(job_id: str, record: ConsumedRecord, cell: Cell, state: LetterState) -> dict[str, Any]:
    failure = cell.failure
    assert failure is not None
    return {
        "job_id": job_id,
        "stage": cell.stage,
        "redrive": cell.redrive,
        "letter_id": f"{cell.stage}-{record.partition}-{record.offset}",
        "state": state,
        "error_kind": failure.kind,
        "error_code": failure.code,
        "message": failure.message,
        "fingerprint": fingerprint_error(cell.stage, failure.kind, failure.code, failure.message),
        "attempts": cell.attempt,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "failed_us": record.timestamp_ms * 1000,
        "headers": write_headers(record.headers),
        "value": record.value,
    }
