"""Says of which jobs the two sides cannot be held against each other, and why.

Nothing of them is changed: what the topics do not hold any more is nowhere but in the live tables.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, literal, not_, select

from services.gateway.aside.table import BEGINS, LEFT_OUT, SUSPECTS, Tables
from services.gateway.job.table import HISTORY, JOBS
from services.gateway.record.orphan import PREFIX
from services.gateway.tombstone.table import TOMBSTONES


class Why(StrEnum):
    """Why a job is left out."""

    OLD = "old"
    """Topics have deleted some of its records by age, or a cancel of it by compaction; or some of
    them are in topics that are not read any more."""
    GONE = "gone"
    """It was taken out of the live tables after its records had been read."""
    MOVING = "moving"
    """Records of it are in the live tables which the others do not have yet."""


def leave_out(connection: Connection, live: Tables, compacted: Iterable[str]) -> None:
    """Find all of them.

    Args:
        compacted: Topics that forget a record once its key has another.
    """
    history, letters = live["history"].alias("live"), live["dead_letters"].alias("live")
    is_orphan = letters.c.job_id.startswith(PREFIX)
    _add(connection, Why.OLD, _within(history, history.c.offset < BEGINS.c.first))
    _add(connection, Why.OLD, _within(letters, letters.c.offset < BEGINS.c.first, is_orphan))
    _add(connection, Why.OLD, _forgotten(history, compacted))
    _add(connection, Why.OLD, _unread(history))
    _add(connection, Why.OLD, _unread(letters).where(is_orphan))
    leave_out_moving(connection, live)


def leave_out_moving(connection: Connection, live: Tables) -> None:
    """Find anew which ones move, and which ones are gone meanwhile."""
    connection.execute(delete(LEFT_OUT).where(LEFT_OUT.c.why == Why.MOVING))
    is_gone = JOBS.c.job_id.in_(select(TOMBSTONES.c.job_id))
    _add(connection, Why.GONE, select(JOBS.c.job_id).where(is_gone))
    for touched in _touched(live):
        _add(connection, Why.MOVING, touched)


def suspect_moving(connection: Connection) -> None:
    """Note those that are moving, to look at them again once they are not."""
    connection.execute(delete(SUSPECTS))
    moving = select(LEFT_OUT.c.job_id).where(LEFT_OUT.c.why == Why.MOVING)
    connection.execute(insert(SUSPECTS).from_select(["job_id"], moving))


def suspect_touched(connection: Connection, live: Tables) -> None:
    """Note those as well of which there has been a record since the last bounds."""
    for touched in _touched(live):
        new = _new(touched, SUSPECTS)
        connection.execute(insert(SUSPECTS).from_select(["job_id"], new))


def count_left_out(connection: Connection) -> dict[str, int]:
    """How many are left out, for each reason."""
    rows = connection.execute(select(LEFT_OUT.c.why, func.count()).group_by(LEFT_OUT.c.why))
    return {Why(why).value: count for why, count in rows}


def _touched(live: Tables) -> tuple[Any, Any]:
    """The jobs and orphans of which live tables have a record that is still to be folded."""
    history, letters = live["history"].alias("live"), live["dead_letters"].alias("live")
    is_orphan = letters.c.job_id.startswith(PREFIX)
    return (
        _within(history, history.c.offset >= BEGINS.c.next),
        _within(letters, letters.c.offset >= BEGINS.c.next, is_orphan),
    )


def _within(table: Any, *conditions: Any) -> Any:
    """The jobs of rows whose record lies on one side of a bound."""
    at = and_(table.c.topic == BEGINS.c.topic, table.c.partition == BEGINS.c.partition)
    return select(table.c.job_id).join_from(BEGINS, table, at).where(*conditions)


def _forgotten(history: Any, compacted: Iterable[str]) -> Any:
    anew = HISTORY.alias("anew")
    same = and_(*(history.c[column.name] == anew.c[column.name] for column in HISTORY.primary_key))
    query = select(history.c.job_id).join_from(history, anew, same, isouter=True)
    at = and_(BEGINS.c.topic == history.c.topic, BEGINS.c.partition == history.c.partition)
    return query.join(BEGINS, at).where(
        history.c.topic.in_(list(compacted)),
        anew.c.job_id.is_(None),
        history.c.offset < BEGINS.c.next,
    )


def _unread(table: Any) -> Any:
    at = and_(table.c.topic == BEGINS.c.topic, table.c.partition == BEGINS.c.partition)
    query = select(table.c.job_id).join_from(table, BEGINS, at, isouter=True)
    return query.where(BEGINS.c.topic.is_(None))


def _add(connection: Connection, why: Why, jobs: Any) -> None:
    new = _new(jobs, LEFT_OUT).subquery()
    rows = select(new.c.job_id, literal(why.value))
    connection.execute(insert(LEFT_OUT).from_select(["job_id", "why"], rows))


def _new(jobs: Any, noted: Any) -> Any:
    found = jobs.distinct().subquery()
    return select(found.c.job_id).where(not_(found.c.job_id.in_(select(noted.c.job_id))))
