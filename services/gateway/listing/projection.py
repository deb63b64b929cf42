"""Writes what is true of jobs, in the transaction of the fold that says so."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete

from services.gateway.database.moment import to_us
from services.gateway.database.upsert import upsert
from services.gateway.listing.mark import marks_of
from services.gateway.listing.table import JOB_MARKS
from services.gateway.status.change import FoldedBatch
from services.gateway.status.fold import JobFold
from services.gateway.status.state import describe

Key = tuple[str, int, str]
"""Mark, time and job: the primary key."""

_DELETE = delete(JOB_MARKS).where(
    JOB_MARKS.c.mark == bindparam("of_mark"),
    JOB_MARKS.c.accepted_us == bindparam("of_us"),
    JOB_MARKS.c.job_id == bindparam("of_job"),
)


def save_marks(
    connection: Connection, batch: FoldedBatch, tenants: Mapping[str, str | None]
) -> None:
    """Note what is true since a batch, and no more what was true before.

    Args:
        tenants: Whose each of its jobs is.
    """
    gone: set[Key] = set()
    new: set[Key] = set()
    for change in batch.changes:
        before = None if change.before is None else change.before.fold
        known = keys_of(change.job_id, before) if before else set()
        wanted = keys_of(change.job_id, change.after.fold)
        gone |= known - wanted
        is_another_s = before is not None and before.tenant != change.after.fold.tenant
        new |= wanted if is_another_s else wanted - known
    delete_marks(connection, gone)
    # In one order, so that two gateways do not wait for each other's rows.
    upsert(connection, JOB_MARKS, [_write(key, tenants[key[2]]) for key in sorted(new)])


def delete_marks(connection: Connection, keys: set[Key]) -> None:
    """Let nothing be found by these any more."""
    if keys:
        told = [{"of_mark": m, "of_us": us, "of_job": job} for m, us, job in sorted(keys)]
        connection.execute(_DELETE, told)


def keys_of(job_id: str, fold: JobFold) -> set[Key]:
    """The rows of a job."""
    accepted_us = to_us(describe(fold).accepted_at)
    return {(mark, accepted_us, job_id) for mark in marks_of(fold)}


def _write(key: Key, tenant: str | None) -> dict[str, Any]:
    mark, accepted_us, job_id = key
    return {"mark": mark, "accepted_us": accepted_us, "job_id": job_id, "tenant": tenant}
