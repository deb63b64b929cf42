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
from services.gateway.job.reservation_store import find_tenants
from services.gateway.record.orphan import OrphanLetter
from services.gateway.status.cell import Cell
from services.gateway.status.change import Change, FoldedBatch
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
_SET_TENANT = (
    update(DEAD_LETTERS)
    .where(DEAD_LETTERS.c.job_id == bindparam("of_job"))
    .values(tenant=bindparam("new_tenant"))
)


def save_letters(connection: Connection, batch: FoldedBatch) -> None:
    """Put new dead letters on the desk, and move the known ones to where they stand now."""
    folds = {change.job_id: change.after.fold for change in batch.changes}
    letters = [(fact, cell) for _, fact in batch.history if (cell := fact.dead_letter)]
    nameless = [fact.job_id for fact, _ in letters if folds[fact.job_id].tenant is None]
    posted_by = find_tenants(connection, nameless)
    rows = [
        _write(
            fact.job_id,
            fact.record,
            cell,
            _state(folds[fact.job_id], cell),
            folds[fact.job_id].tenant or posted_by.get(fact.job_id),
        )
        for fact, cell in letters
    ]
    _insert(connection, rows)
    if named := [change for change in batch.changes if _is_named_late(change)]:
        connection.execute(_SET_TENANT, [_name(change) for change in named])
    moved = [_move(*moved) for change in batch.changes for moved in moved_letters(change)]
    if moved:
        connection.execute(_SET_STATE, moved)


def _is_named_late(change: Change) -> bool:
    """Whether a record says only now whose the job is of which there may be a letter."""
    return change.before is not None and change.before.fold.tenant != change.after.fold.tenant


def _name(change: Change) -> dict[str, Any]:
    return {"of_job": change.job_id, "new_tenant": change.after.fold.tenant}


def _state(fold: JobFold, cell: Cell) -> LetterState:
    return letter_state(fold, cell.stage, cell.redrive)


def save_orphans(connection: Connection, orphans: Sequence[OrphanLetter]) -> None:
    """Put dead letters on the desk that are about no job. Nothing but a discard moves them."""
    rows = [_write(s.mark, s.record, s.cell, LetterState.OPEN, None) for s in orphans]
    _insert(connection, rows)


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    insert_missing(connection, DEAD_LETTERS, rows)
    # After a rebuild, or with another letter of the same key, it may be known to be discarded.
    put_aside(connection, [(row["job_id"], row["stage"], row["redrive"]) for row in rows])


def _move(key: LetterKey, state: LetterState) -> dict[str, Any]:
    job_id, stage, redrive = key
    return {"of_job": job_id, "of_stage": stage, "of_redrive": redrive, "new_state": state}


def _write(
    job_id: str, record: ConsumedRecord, cell: Cell, state: LetterState, tenant: str | None
) -> dict[str, Any]:
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
        "tenant": tenant,
    }
