"""What is true of jobs, as rows that they are found by, and which engine has answered.

The marks of what is there are worked out as the projection works them out: should a later release
have other ones, its own version works them out anew. A million jobs take some minutes.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

from services.gateway.listing.projection import keys_of
from services.gateway.status.fold import JobFold, read_fold, write_fold

revision = "0016"
down_revision = "0015"

AT_A_TIME = 500

JOBS = sa.table("jobs", sa.column("job_id"), sa.column("fold"), sa.column("tenant"))
RESULTS = sa.table("results", sa.column("job_id"), sa.column("stage"), sa.column("value"))


def upgrade() -> None:
    """Add the table, and mark every job; its index is made when they are in it."""
    marks = op.create_table(
        "job_marks",
        sa.Column("mark", sa.String(300), primary_key=True),
        sa.Column("accepted_us", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("tenant", sa.String(63), server_default="default"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    for page in _pages(connection):
        engines = _find_engines(connection, [row.job_id for row in page])
        rows = [row for job in page for row in _mark(connection, job, engines)]
        if rows:
            connection.execute(sa.insert(marks), rows)
    columns = ["tenant", "mark", "accepted_us", "job_id"]
    op.create_index("job_marks_of_tenant", "job_marks", columns)


def _pages(connection: Any) -> Iterator[list[Any]]:
    after = ""
    query = sa.select(JOBS).order_by(JOBS.c.job_id).limit(AT_A_TIME)
    while page := list(connection.execute(query.where(JOBS.c.job_id > after))):
        yield page
        after = page[-1].job_id


def _find_engines(connection: Any, job_ids: list[str]) -> dict[tuple[str, str], str]:
    rows = connection.execute(sa.select(RESULTS).where(RESULTS.c.job_id.in_(job_ids)))
    told = {(row.job_id, row.stage): from_json(row.value)["provenance"] for row in rows}
    engines = {key: said.get(key[1], {}).get("engine") for key, said in told.items()}
    return {key: engine for key, engine in engines.items() if engine}


def _mark(
    connection: Any, job: Any, engines: dict[tuple[str, str], str]
) -> Iterator[dict[str, Any]]:
    try:
        fold = read_fold(job.fold)
    except ValueError:
        return  # no release reads it
    known = _add_engines(job.job_id, fold, engines)
    if known != fold:
        of_job = sa.update(JOBS).where(JOBS.c.job_id == job.job_id)
        connection.execute(of_job.values(fold=write_fold(known)))
    for mark, accepted_us, job_id in keys_of(job.job_id, known):
        told = {"mark": mark, "accepted_us": accepted_us, "job_id": job_id}
        yield told | {"tenant": job.tenant}


def _add_engines(job_id: str, fold: JobFold, engines: dict[tuple[str, str], str]) -> JobFold:
    cells = tuple(
        replace(cell, engine=engines.get((job_id, cell.stage)))
        if cell.answer is not None and cell.answer == fold.answer_of(cell.stage)
        else cell
        for cell in fold.cells
    )
    return replace(fold, cells=cells)
