"""Writes the projected tables: rows and offsets in one transaction."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from services.gateway.batch import Batch, Change, Known, fold_batch
from services.gateway.database.metadata import (
    HISTORY,
    JOBS,
    POSITIONS,
    PROJECTED,
    PROJECTION,
    RESULTS,
)
from services.gateway.database.moment import to_us
from services.gateway.fact import Fact
from services.gateway.fold import read_fold, write_fold
from services.gateway.standing import accepted_at, job_state
from services.gateway.store.letter_projection import save_letters
from services.gateway.store.reservation_store import let_all_go, let_go
from services.gateway.store.upsert import insert_missing, upsert
from services.kafka import Position


@dataclass(frozen=True)
class Projection:
    """How far the tables are.

    Attributes:
        generation: Names this filling of the tables; another one means that they were rebuilt.
        cluster_id: The Kafka cluster that they were read from.
        positions: The next offset of each partition that has been read.
    """

    generation: str
    cluster_id: str
    positions: Mapping[Position, int]


_LOAD = select(JOBS.c.job_id, JOBS.c.fold, JOBS.c.version).where(
    JOBS.c.job_id.in_(bindparam("ids", expanding=True))
)


def load_projection(connection: Connection) -> Projection | None:
    """What the tables were filled from; None before the first time."""
    row = connection.execute(select(PROJECTION)).first()
    if row is None:
        return None
    positions = {
        (at.topic, at.partition): at.next_offset for at in connection.execute(select(POSITIONS))
    }
    return Projection(row.generation, row.cluster_id, positions)


def begin_generation(connection: Connection, cluster_id: str) -> Projection:
    """Empty the projected tables, to be filled from the beginning of a cluster's topics."""
    for table in PROJECTED:
        connection.execute(delete(table))
    let_all_go(connection)
    generation = secrets.token_hex(4)
    row = {"generation": generation, "cluster_id": cluster_id}
    connection.execute(insert(PROJECTION), row)
    return Projection(generation, cluster_id, {})


def apply_facts(
    connection: Connection, facts: Sequence[Fact], positions: Mapping[Position, int]
) -> tuple[Change, ...]:
    """Fold facts into the tables and move on to the next offsets."""
    batch = fold_batch(_load(connection, facts), facts)
    upsert(connection, JOBS, [_write_job(change) for change in batch.changes])
    upsert(connection, RESULTS, [_write_result(fact) for fact in batch.answers])
    insert_missing(connection, HISTORY, [_write_item(*item) for item in batch.history])
    save_letters(connection, batch)
    let_go(connection, _new_jobs(batch))
    upsert(connection, POSITIONS, [_write_position(at, n) for at, n in positions.items()])
    return batch.changes


def _load(connection: Connection, facts: Sequence[Fact]) -> dict[str, Known]:
    ids = list({fact.job_id for fact in facts})
    if not ids:
        return {}
    rows = connection.execute(_LOAD, {"ids": ids})
    return {job_id: Known(read_fold(fold), version) for job_id, fold, version in rows}


def _new_jobs(batch: Batch) -> list[str]:
    return [change.job_id for change in batch.changes if change.before is None]


def _write_job(change: Change) -> dict[str, Any]:
    return {
        "job_id": change.job_id,
        "status": job_state(change.after.fold),
        "accepted_us": to_us(accepted_at(change.after.fold)),
        "version": change.after.version,
        "fold": write_fold(change.after.fold),
    }


def _write_result(fact: Fact) -> dict[str, Any]:
    return {"job_id": fact.job_id, "stage": fact.stage, "value": fact.value}


def _write_item(sequence: int, fact: Fact) -> dict[str, Any]:
    return {
        "topic": fact.record.topic,
        "partition": fact.record.partition,
        "offset": fact.record.offset,
        "job_id": fact.job_id,
        "sequence": sequence,
        "kind": fact.kind,
        "stage": fact.stage,
        "attempt": fact.attempt,
        "redrive": fact.redrive,
        "at_ms": fact.record.timestamp_ms,
        "message": fact.message,
    }


def _write_position(at: Position, next_offset: int) -> dict[str, Any]:
    topic, partition = at
    return {"topic": topic, "partition": partition, "next_offset": next_offset}
