"""Writes the projected tables: rows and offsets in one transaction."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_

from services.gateway.database.upsert import upsert
from services.gateway.dead_letter.projection import save_letters
from services.gateway.feed.projection import save_facts
from services.gateway.feed.table import FEED, FEED_START
from services.gateway.job.projection import save_jobs
from services.gateway.job.reservation_store import let_all_go
from services.gateway.job.table import HISTORY, JOBS
from services.gateway.lease.store import LostLeaseError, wait_for_turn
from services.gateway.listing.projection import save_marks
from services.gateway.projection.table import POSITIONS, PROJECTED, PROJECTION
from services.gateway.status.change import Change, FoldedBatch, ProjectedJob, fold_batch
from services.gateway.status.fact import Fact
from services.gateway.status.fold import read_fold
from services.gateway.tenant.projection import save_spending
from services.gateway.tombstone.store import find_gone
from services.gateway.usage.projection import save_usage
from services.kafka import Position
from services.telemetry.metric import PROJECTOR_SKIPPED


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


Tell = Callable[[Connection, FoldedBatch], None]
"""Notes what a batch says for those who are to be told, in its transaction."""

_LOAD = select(JOBS.c.job_id, JOBS.c.fold, JOBS.c.version).where(
    JOBS.c.job_id.in_(bindparam("ids", expanding=True))
)


_MARK = (
    select(HISTORY.c.offset, HISTORY.c.at_ms)
    .where(HISTORY.c.topic == bindparam("t"), HISTORY.c.partition == bindparam("p"))
    .order_by(HISTORY.c.offset.desc())
    .limit(1)
)


_REPLACE = select(PROJECTION.c.generation).with_for_update()
_HOLD = select(PROJECTION.c.generation).with_for_update(read=True)
_PLACE = HISTORY.c.topic, HISTORY.c.partition, HISTORY.c.offset
_TIMES = select(*_PLACE, HISTORY.c.at_ms).where(
    tuple_(*_PLACE).in_(bindparam("places", expanding=True))
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


def load_marks(
    connection: Connection, positions: Sequence[Position]
) -> dict[Position, tuple[int, int]]:
    """Offset and append time, in Unix milliseconds, of the last record of each log that is kept."""
    found = {at: connection.execute(_MARK, {"t": at[0], "p": at[1]}).first() for at in positions}
    return {at: (row[0], row[1]) for at, row in found.items() if row is not None}


def load_times(
    connection: Connection, places: Sequence[tuple[str, int, int]]
) -> dict[tuple[str, int, int], int]:
    """Append times, in Unix milliseconds, of records that were folded."""
    rows = connection.execute(_TIMES, {"places": places})
    return {(topic, partition, offset): at_ms for topic, partition, offset, at_ms in rows}


def require_projection(connection: Connection, projection_id: str) -> None:
    """Require that the tables are filled under this name, and keep them so to the end.

    Raises:
        LostLeaseError: Another gateway has begun to fill them anew.
    """
    if connection.execute(_HOLD).scalar() != projection_id:
        raise LostLeaseError("the tables are being filled anew")


def replace_projection(
    connection: Connection, judged: Projection | None, cluster_id: str
) -> Projection:
    """Begin anew in place of a projection, unless another gateway has done that meanwhile."""
    wait_for_turn(connection, "projection")
    now = load_projection(connection)
    is_judged = judged is not None and now is not None and now.projection_id == judged.projection_id
    if now is None or is_judged or now.cluster_id != cluster_id:
        return begin_projection(connection, cluster_id)
    return now


def begin_projection(connection: Connection, cluster_id: str) -> Projection:
    """Empty the projected tables, to be filled from the beginning of a cluster's topics."""
    connection.execute(_REPLACE).all()  # waits for what is being written under the old name
    for table in PROJECTED:
        connection.execute(delete(table))
    let_all_go(connection)
    projection_id = secrets.token_hex(4)
    row = {"generation": projection_id, "cluster_id": cluster_id}
    connection.execute(insert(PROJECTION), row)
    connection.execute(insert(FEED), FEED_START)
    return Projection(projection_id, cluster_id, {})


def tell_nobody(_connection: Connection, _batch: FoldedBatch) -> None:
    """Nobody is to be told what a batch says."""


def apply_facts(
    connection: Connection,
    facts: Sequence[Fact],
    positions: Mapping[Position, int],
    tell: Tell = tell_nobody,
) -> tuple[Change, ...]:
    """Fold facts into the tables and move on to the next offsets.

    Args:
        tell: Notes who is to be told. It comes before the facts, whose places it must not hold.
    """
    known = _load(connection, facts)
    batch = fold_batch(known, _leave_out_gone(connection, facts, known))
    save_usage(connection, batch)
    tenants = save_jobs(connection, batch)
    save_marks(connection, batch, tenants)
    save_letters(connection, batch)
    save_spending(connection, batch)
    tell(connection, batch)
    save_facts(connection, batch, _keep_quiet(batch, tenants))
    upsert(connection, POSITIONS, [_write_position(at, n) for at, n in positions.items()])
    return batch.changes


def _keep_quiet(batch: FoldedBatch, tenants: Mapping[str, str | None]) -> Mapping[str, str | None]:
    """Whose the facts are: those of a shadow are nobody's, so that nobody is told of them."""
    shadows = [change.job_id for change in batch.changes if change.after.fold.is_shadow]
    return {**tenants, **dict.fromkeys(shadows)}


def _load(connection: Connection, facts: Sequence[Fact]) -> dict[str, ProjectedJob]:
    ids = list({fact.job_id for fact in facts})
    if not ids:
        return {}
    rows = connection.execute(_LOAD, {"ids": ids})
    return {job_id: ProjectedJob(read_fold(fold), version) for job_id, fold, version in rows}


def _leave_out_gone(
    connection: Connection, facts: Sequence[Fact], known: Mapping[str, ProjectedJob]
) -> list[Fact]:
    """The facts, but those of jobs that were taken out of the tables: none of them comes back."""
    gone = find_gone(connection, {fact.job_id for fact in facts} - known.keys())
    if not gone:
        return list(facts)
    left = [fact for fact in facts if fact.job_id not in gone]
    PROJECTOR_SKIPPED.labels("gone").inc(len(facts) - len(left))
    return left


def _write_position(at: Position, next_offset: int) -> dict[str, Any]:
    topic, partition = at
    return {"topic": topic, "partition": partition, "next_offset": next_offset}
