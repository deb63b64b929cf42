"""Finds what leads through a list: of all that is asked for, that which fewest jobs are."""

from typing import Any

from sqlalchemy import Connection, Table, select

from services.gateway.database.place import Place, is_after, newest_first
from services.gateway.database.sight import narrow
from services.gateway.job.table import JOBS
from services.gateway.listing.job_filter import JobFilter
from services.gateway.listing.table import JOB_MARKS

Lead = str | None
"""A mark, whose rows are gone through; None for the jobs themselves: shadows, those in a status, or
all."""

DEPTH = 250
"""Rows that are looked over for each lead, which takes half a millisecond. Of a lead that has
fewer, all are gone through at most, which takes two."""


def find_lead(connection: Connection, wanted: JobFilter, after: Place | None) -> Lead:
    """The rarest lead from a place on: the one whose row so deep is oldest, or is not there.

    Between two words of a title, one in every job and one in few, it is a question of seconds or
    of none which one leads: each row of it is held against the other.
    """
    leads = _list_leads(wanted)
    if len(leads) == 1:
        return leads[0]
    deep = [_look_deep(lead, wanted, after) for lead in leads]
    oldest = connection.execute(select(*(query.scalar_subquery() for query in deep))).one()
    return min(zip(oldest, leads, strict=True), key=lambda one: _age(one[0]))[1]


def select_along(lead: Lead, wanted: JobFilter, after: Place | None, *columns: Any) -> Any:
    """The rows of a lead from a place on, newest first: in the order of an index of its own."""
    table = table_of(lead)
    query = select(*columns).order_by(*newest_first(table))
    if lead is not None:
        query = query.where(table.c.mark == lead)
    elif wanted.is_shadow:
        query = query.where(table.c.is_shadow.is_(True))
    elif wanted.status is not None:
        query = query.where(table.c.status == wanted.status)
    if wanted.since_us is not None:
        query = query.where(table.c.accepted_us >= wanted.since_us)
    if wanted.until_us is not None:
        query = query.where(table.c.accepted_us < wanted.until_us)
    return query if after is None else query.where(is_after(table, after))


def table_of(lead: Lead) -> Table:
    """The table that is gone through."""
    return JOBS if lead is None else JOB_MARKS


def _list_leads(wanted: JobFilter) -> list[Lead]:
    marks = list[Lead](wanted.marks)
    is_narrowed = wanted.status is not None or wanted.is_shadow
    return marks if marks and not is_narrowed else [*marks, None]


def _look_deep(lead: Lead, wanted: JobFilter, after: Place | None) -> Any:
    table = table_of(lead)
    query = select_along(lead, wanted, after, table.c.accepted_us)
    return narrow(query, table, wanted.sight).offset(DEPTH - 1).limit(1)


def _age(oldest_us: int | None) -> tuple[bool, int]:
    return oldest_us is not None, oldest_us or 0
