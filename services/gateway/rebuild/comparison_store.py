"""Finds what differs between the live tables and those made anew, row by row and column by column.

A name alone is a table made anew. Where the numbers of facts and their places among all facts
differ, that is none: they tell in which order records came here, which the topics do not.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    delete,
    distinct,
    func,
    insert,
    literal,
    or_,
    select,
)

from services.gateway.aside.table import DIFFERENCES, LEFT_OUT, SUSPECTS, Tables
from services.gateway.dead_letter.redrive_store import put_aside
from services.gateway.dead_letter.table import DEAD_LETTERS, DISCARDS
from services.gateway.job.table import HISTORY, JOBS, RESULTS
from services.gateway.listing.table import JOB_MARKS

COMPARED = (JOBS, RESULTS, HISTORY, JOB_MARKS, DEAD_LETTERS)
"""All of them say in `job_id` of which job they are."""

ORDER = {HISTORY.name: ("sequence", "place")}

MISSING, CHANGED, EXTRA, NUMBERS = "missing", "changed", "extra", "numbers"

_TO = ["job_id", "part", "how"]


def find_differences(connection: Connection, live: Tables, *, is_again: bool) -> None:
    """Note every row that differs, of all jobs that are not left out.

    Args:
        is_again: Look at the suspects only; what was noted of them is forgotten.
    """
    _put_discarded_aside(connection)
    if is_again:
        suspects = select(SUSPECTS.c.job_id)
        connection.execute(delete(DIFFERENCES).where(DIFFERENCES.c.job_id.in_(suspects)))
    for anew in COMPARED:
        there = live[anew.name].alias("live")
        here = anew.alias("anew")
        for query, of in (
            (_differs(here, there, anew), here),
            (_is_extra(here, there, anew), there),
        ):
            _note(connection, query, of, is_again=is_again)
    facts = live[HISTORY.name].alias("live")
    _note(connection, _is_misnumbered(facts), facts, is_again=is_again)


def count_differing(connection: Connection) -> int:
    """How many jobs differ."""
    return connection.execute(select(func.count(distinct(DIFFERENCES.c.job_id)))).scalar_one()


def _put_discarded_aside(connection: Connection) -> None:
    """The topics do not say that a letter was discarded: the log of discards does."""
    keys = connection.execute(select(DISCARDS.c.job_id, DISCARDS.c.stage, DISCARDS.c.redrive))
    put_aside(connection, [tuple(row) for row in keys])


def _differs(here: Any, there: Any, table: Table) -> Any:
    how = case((there.c.job_id.is_(None), MISSING), else_=CHANGED)
    joined = here.outerjoin(there, _is_same_row(here, there, table))
    rows = select(here.c.job_id, literal(table.name), how).select_from(joined)
    return rows.where(or_(there.c.job_id.is_(None), *_changes(here, there, table)))


def _is_extra(here: Any, there: Any, table: Table) -> Any:
    joined = there.outerjoin(here, _is_same_row(here, there, table))
    rows = select(there.c.job_id, literal(table.name), literal(EXTRA)).select_from(joined)
    return rows.where(here.c.job_id.is_(None))


def _is_misnumbered(facts: Any) -> Any:
    number, many = facts.c.sequence, func.count()
    wrong = or_(
        func.max(number) != many, func.min(number) != 1, func.count(distinct(number)) != many
    )
    rows = select(facts.c.job_id, literal(HISTORY.name), literal(NUMBERS))
    return rows.group_by(facts.c.job_id).having(wrong)


def _is_same_row(here: Any, there: Any, table: Table) -> ColumnElement[bool]:
    return and_(*(here.c[column.name] == there.c[column.name] for column in table.primary_key))


def _changes(here: Any, there: Any, table: Table) -> list[ColumnElement[bool]]:
    order = ORDER.get(table.name, ())
    return [
        _is_other(here.c[column.name], there.c[column.name], there)
        for column in table.columns
        if not column.primary_key and column.name not in order
    ]


def _is_other(here: Any, there: Any, row: Any) -> ColumnElement[bool]:
    is_other: ColumnElement[bool] = here.is_distinct_from(there)
    if here.name != "tenant":
        return is_other
    # Of a job that no record could be read of, the reservation said whose it is.
    is_said = and_(here.is_not(None), is_other)
    # Nobody is told of a fact that has no place, so it need not be known whose it is.
    return and_(is_said, row.c.place.is_not(None)) if "place" in row.c else is_said


def _note(connection: Connection, rows: Any, of: Any, *, is_again: bool) -> None:
    asked = rows.where(of.c.job_id.not_in(select(LEFT_OUT.c.job_id)))
    if is_again:
        asked = asked.where(of.c.job_id.in_(select(SUSPECTS.c.job_id)))
    connection.execute(insert(DIFFERENCES).from_select(_TO, asked))
