"""Puts dead letters on the desk, in the transaction of the fold that they are part of."""

from typing import Any

from sqlalchemy import Connection, bindparam, update

from schemas.dead_letter import LetterState
from services.gateway.batch import Batch
from services.gateway.fact import Fact
from services.gateway.fold import Cell
from services.gateway.letter import LetterKey, fingerprint, letter_state, moved_letters
from services.gateway.store.stored_letter import write_headers
from services.gateway.store.table import DEAD_LETTERS
from services.gateway.store.upsert import insert_missing

_SET_STATE = (
    update(DEAD_LETTERS)
    .where(
        DEAD_LETTERS.c.job_id == bindparam("of_job"),
        DEAD_LETTERS.c.stage == bindparam("of_stage"),
        DEAD_LETTERS.c.redrive == bindparam("of_redrive"),
    )
    .values(state=bindparam("new_state"))
)


def save_letters(connection: Connection, batch: Batch) -> None:
    """Put new dead letters on the desk, and move the known ones to where they stand now."""
    folds = {change.job_id: change.after.fold for change in batch.changes}
    new = [(fact, cell) for _, fact in batch.history if (cell := fact.dead_letter)]
    rows = [
        _write(fact, cell, letter_state(folds[fact.job_id], cell.stage, cell.redrive))
        for fact, cell in new
    ]
    insert_missing(connection, DEAD_LETTERS, rows)
    moved = [_move(*moved) for change in batch.changes for moved in moved_letters(change)]
    if moved:
        connection.execute(_SET_STATE, moved)


def _move(key: LetterKey, state: LetterState) -> dict[str, Any]:
    job_id, stage, redrive = key
    return {"of_job": job_id, "of_stage": stage, "of_redrive": redrive, "new_state": state}


def _write(fact: Fact, cell: Cell, state: LetterState) -> dict[str, Any]:
    record, failure = fact.record, cell.failure
    assert failure is not None
    return {
        "job_id": fact.job_id,
        "stage": cell.stage,
        "redrive": cell.redrive,
        "letter_id": f"{cell.stage}-{record.partition}-{record.offset}",
        "state": state,
        "error_kind": failure.kind,
        "error_code": failure.code,
        "message": failure.message,
        "fingerprint": fingerprint(cell.stage, failure.kind, failure.code, failure.message),
        "attempts": cell.attempt,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "failed_us": record.timestamp_ms * 1000,
        "headers": write_headers(record.headers),
        "value": record.value,
    }
