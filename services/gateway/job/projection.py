"""Writes jobs and results, in the transaction of the fold that they are part of."""

from typing import Any

from sqlalchemy import Connection

from services.gateway.database.fault import DatabaseUnavailableError
from services.gateway.database.moment import to_us
from services.gateway.database.upsert import upsert, upsert_newer
from services.gateway.job.reservation_store import find_tenants
from services.gateway.job.table import JOBS, RESULTS
from services.gateway.status.change import Change, FoldedBatch
from services.gateway.status.due import find_due_ms
from services.gateway.status.fact import Fact
from services.gateway.status.fold import write_fold
from services.gateway.status.state import describe


def save_jobs(connection: Connection, batch: FoldedBatch) -> dict[str, str | None]:
    """Write what a batch has changed.

    Returns:
        Whose each of the jobs is.
    """
    nameless = [change.job_id for change in batch.changes if change.after.fold.tenant is None]
    posted_by = find_tenants(connection, nameless)
    # In the order of their ids: two gateways that have records of the same jobs, which a client
    # with another partitioner has written, wait for each other and not in a circle.
    changes = sorted(batch.changes, key=lambda change: change.job_id)
    rows = [_write_job(change, posted_by.get(change.job_id)) for change in changes]
    if upsert_newer(connection, JOBS, rows) < len(rows):
        raise DatabaseUnavailableError("another gateway has changed one of the jobs meanwhile")
    upsert(connection, RESULTS, [_write_result(fact) for fact in batch.answers])
    return {row["job_id"]: row["tenant"] for row in rows}


def _write_job(change: Change, posted_by: str | None) -> dict[str, Any]:
    described = describe(change.after.fold)
    due_ms = find_due_ms(described)
    return {
        "job_id": change.job_id,
        "status": described.state,
        "accepted_us": to_us(described.accepted_at),
        "version": change.after.version,
        "fold": write_fold(change.after.fold),
        "due_us": None if due_ms is None else due_ms * 1000,
        "tenant": change.after.fold.tenant or posted_by,
        "is_shadow": change.after.fold.is_shadow,
    }


def _write_result(fact: Fact) -> dict[str, Any]:
    return {"job_id": fact.job_id, "stage": fact.stage, "value": fact.value}
