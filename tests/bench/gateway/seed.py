"""Fills tables with jobs as the projection would write them, many of them in a moment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import uuid5

from sqlalchemy import Connection, insert

from schemas.job.record import Engine
from services.gateway.database.moment import to_us
from services.gateway.job.table import JOBS
from services.gateway.listing.mark import marks_of
from services.gateway.listing.table import JOB_MARKS
from services.gateway.projection.store import begin_projection
from services.gateway.status.change import fold_batch
from services.gateway.status.fold import JobFold, write_fold
from services.gateway.status.state import describe
from tests.unit.gateway.aside.mixed import KINDS, tell_job
from tests.unit.gateway.example import JOB_ID, NOW, fact, job

CLUSTER = "bench"
AT_A_TIME = 1_000
TABLES, WORDS, TAGS = 5_000, 400, 50
SPAN = timedelta(days=30)
OTHER_TENANT = 10
"""Of so many jobs one is another tenant's."""
CACHE_KIB = 4_000_000
"""SQLite's for a moment: marks are written all over their index, which must not go to the disk and
back meanwhile."""


def seed(connection: Connection, jobs: int) -> None:
    """Fill the tables with so many jobs of all kinds, over a month."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"pragma cache_size = -{CACHE_KIB}")
    begin_projection(connection, CLUSTER)
    rows = _make_jobs(jobs)
    while page := list(islice(rows, AT_A_TIME)):
        connection.execute(insert(JOBS), [row for row, _ in page])
        connection.execute(insert(JOB_MARKS), [mark for _, marks in page for mark in marks])
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("analyze")  # as the server does by itself within minutes


def _make_jobs(jobs: int) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    templates = [_fold_one(kind) for kind in range(KINDS)]
    for number in range(jobs):
        fold = _make_fold(templates[number % KINDS], number, jobs)
        job_id, described = str(uuid5(JOB_ID, str(number))), describe(fold)
        row = {
            "job_id": job_id,
            "status": described.state,
            "accepted_us": to_us(described.accepted_at),
            "version": 1,
            "fold": write_fold(fold),
            "due_us": None,
            "tenant": fold.tenant,
            "is_shadow": False,
        }
        shared = {name: row[name] for name in ("accepted_us", "job_id", "tenant")}
        yield row, [{"mark": mark} | shared for mark in sorted(marks_of(fold))]


def _fold_one(kind: int) -> JobFold:
    facts = [fact(record) for record in tell_job(kind, job())]
    [change] = fold_batch({}, facts).changes
    fold = change.after.fold
    cells = [replace(c, engine=Engine.DEMO) if c.answer is not None else c for c in fold.cells]
    return replace(fold, cells=tuple(cells))


def _make_fold(template: JobFold, number: int, jobs: int) -> JobFold:
    assert template.subject is not None
    at = NOW + SPAN * number / jobs
    subject = replace(
        template.subject,
        table_id=f"tbl_{number % TABLES}",
        title=f"Planets word{number % WORDS} and word{number * 7 % WORDS}",
        tags=(f"tag{number % TAGS}",),
        accepted_at=at,
        tenant="default" if number % OTHER_TENANT else "acme",
    )
    return replace(template, subject=subject, first_ms=to_us(at) // 1000)
