"""Finds the jobs of a filter: from the projection, and from the reservations what is newer."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from schemas.api.status import JobState
from services.gateway.database.place import Place
from services.gateway.database.plan import plan_along_indexes
from services.gateway.database.sight import narrow_list
from services.gateway.job.reservation_store import iterate_published
from services.gateway.job.store import StoredJob, read_job, read_reservation
from services.gateway.job.table import JOBS
from services.gateway.listing.job_filter import JobFilter
from services.gateway.listing.lead_store import Lead, find_lead, select_along, table_of
from services.gateway.listing.mark import LETTERS, marks_of
from services.gateway.listing.table import JOB_MARKS


def list_jobs(
    connection: Connection, wanted: JobFilter, after: Place | None, limit: int
) -> list[StoredJob]:
    """Jobs, newest first."""
    plan_along_indexes(connection)
    lead = find_lead(connection, wanted, after)
    query = build_query(lead, wanted, after).limit(limit)
    jobs = [read_job(row) for row in connection.execute(query)]
    jobs += islice(_list_new(connection, wanted, after), limit)
    return sorted(jobs, key=lambda job: job.place, reverse=True)[:limit]


def build_query(lead: Lead, wanted: JobFilter, after: Place | None) -> Any:
    """The query of projected jobs. It goes along one index, in the order of the list.

    What else is asked of a row may not tempt a planner to another way, whatever it believes of its
    numbers: it is asked where no other index knows it.
    """
    table = table_of(lead)
    query = narrow_list(select_along(lead, wanted, after, *JOBS.c), table, wanted.sight)
    if lead is not None:
        query = query.join_from(JOB_MARKS, JOBS, JOBS.c.job_id == JOB_MARKS.c.job_id)
    if wanted.status is not None and (lead is not None or wanted.is_shadow):
        query = query.where(JOBS.c.status.concat("") == wanted.status)
    query = query.where(JOBS.c.is_shadow.is_(wanted.is_shadow))
    query = query.where(*(_is_marked(table, mark) for mark in wanted.marks if mark != lead))
    return query.where(~_is_marked(table, LETTERS)) if wanted.has_no_letters else query


def _is_marked(table: Table, mark: str) -> ColumnElement[bool]:
    other = JOB_MARKS.alias()
    found = select(other.c.mark).where(
        other.c.mark == mark,
        other.c.accepted_us == table.c.accepted_us,
        other.c.job_id == table.c.job_id,
    )
    # The offset keeps PostgreSQL from making a join of it, which reads all rows of the mark.
    return found.limit(1).offset(0).exists()


def _list_new(
    connection: Connection, wanted: JobFilter, after: Place | None
) -> Iterator[StoredJob]:
    """Jobs that are not projected yet: few, unless the projection is behind."""
    is_none = wanted.is_shadow or LETTERS in wanted.marks
    if is_none or wanted.status not in (None, JobState.PENDING):
        return
    asked = set(wanted.marks)
    for reservation in iterate_published(connection, wanted.sight, after):
        job = read_reservation(reservation)
        is_in_time = _is_in_time(job.place.at_us, wanted)
        if is_in_time and (not asked or asked <= marks_of(job.known.fold)):
            yield job


def _is_in_time(at_us: int, wanted: JobFilter) -> bool:
    is_after_begin = wanted.since_us is None or at_us >= wanted.since_us
    return is_after_begin and (wanted.until_us is None or at_us < wanted.until_us)
