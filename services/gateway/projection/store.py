"""Writes the projected tables: rows and offsets in one transaction."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from services.gateway.database.upsert import upsert
from services.gateway.dead_letter.projection import save_letters
from services.gateway.job.projection import save_jobs
from services.gateway.job.reservation_store import let_all_go
from services.gateway.job.table import JOBS
from services.gateway.projection.table import POSITIONS, PROJECTED, PROJECTION
from services.gateway.status.change import Change, ProjectedJob, fold_batch
from services.gateway.status.fact import Fact
from services.gateway.status.fold import read_fold
from services.kafka import Position


@dataclass(frozen=True)
class Projection:
    """How far the tables are.

    Attributes:
        projection_id: Names this filling of the tables; another one means that they were rebuilt.
        cluster_id: The Kafka cluster that they were read from.
        positions: The next offset of each partition that has been read.
    """

    projection_id: str
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


def begin_projection(connection: Connection, cluster_id: str) -> Projection:
    """Empty the projected tables, to be filled from the beginning of a cluster's topics."""
    for table in PROJECTED:
        connection.execute(delete(table))
    let_all_go(connection)
    projection_id = secrets.token_hex(4)
    row = {"generation": projection_id, "cluster_id": cluster_id}
    connection.execute(insert(PROJECTION), row)
    return Projection(projection_id, cluster_id, {})


def apply_facts(
    connection: Connection, facts: Sequence[Fact], positions: Mapping[Position, int]
) -> tuple[Change, ...]:
    """Fold facts into the tables and move on to the next offsets."""
    batch = fold_batch(_load(connection, facts), facts)
    save_jobs(connection, batch)
    save_letters(connection, batch)
    upsert(connection, POSITIONS, [_write_position(at, n) for at, n in positions.items()])
    return batch.changes


def _load(connection: Connection, facts: Sequence[Fact]) -> dict[str, ProjectedJob]:
    ids = list({fact.job_id for fact in facts})
    if not ids:
        return {}
    rows = connection.execute(_LOAD, {"ids": ids})
    return {job_id: ProjectedJob(read_fold(fold), version) for job_id, fold, version in rows}


def _write_position(at: Position, next_offset: int) -> dict[str, Any]:
    topic, partition = at
    return {"topic": topic, "partition": partition, "next_offset": next_offset}
