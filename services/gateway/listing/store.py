"""Finds the jobs of a filter: from the projection, and from the reservations what is newer."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, exists, select

from schemas.api.status import JobState
from services.gateway.database.place import Place, is_after, newest_first
from services.gateway.database.sight import narrow_list
from services.gateway.job.reservation_store import iterate_published
from services.gateway.job.store import StoredJob, read_job, read_reservation
from services.gateway.job.table import JOBS
from services.gateway.listing.job_filter import JobFilter
from services.gateway.listing.mark import LETTERS, marks_of
from services.gateway.listing.table import JOB_MARKS


def list_jobs(
    connection: Connection, wanted: JobFilter, after: Place | None, limit: int
) -> list[StoredJob]:
    """Jobs, newest first."""
    query = build_query(wanted, after).limit(limit)
    jobs = [read_job(row) for row in connection.execute(query)]
    jobs += islice(_list_new(connection, wanted, after), limit)
    return sorted(jobs, key=lambda job: job.place, reverse=True)[:limit]


def build_query(wanted: JobFilter, after: Place | None) -> Any:
    """The query of projected jobs. It goes along one index, in the order of the list."""
    leading = wanted.marks[:1]
    table = JOB_MARKS if leading else JOBS
    query = select(*JOBS.c)
    if leading:
        query = query.join_from(JOB_MARKS, JOBS, JOBS.c.job_id == JOB_MARKS.c.job_id)
        query = query.where(JOB_MARKS.c.mark == leading[0])
    query = narrow_list(query, table, wanted.sight).where(*_within(table, wanted))
    query = query.where(JOBS.c.is_shadow.is_(wanted.is_shadow))
    query = query.where(*(_is_marked(table, mark) for mark in wanted.marks[1:]))
    if wanted.has_no_letters:
        query = query.where(~_is_marked(table, LETTERS))
    if wanted.status is not None:
        query = query.where(JOBS.c.status == wanted.status)
    if after is not None:
        query = query.where(is_after(table, after))
    return query.order_by(*newest_first(table))


def _within(table: Table, wanted: JobFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since_us is not None:
        yield table.c.accepted_us >= wanted.since_us
    if wanted.until_us is not None:
        yield table.c.accepted_us < wanted.until_us


def _is_marked(table: Table, mark: str) -> ColumnElement[bool]:
    other = JOB_MARKS.alias()
    return exists().where(
        other.c.mark == mark,
        other.c.accepted_us == table.c.accepted_us,
        other.c.job_id == table.c.job_id,
    )


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
