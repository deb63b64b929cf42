"""Of which job a replay is one, as a row that it is found by. Those of before are all shadows."""

import sqlalchemy as sa
from alembic import op

from services.gateway.database.upsert import insert_missing
from services.gateway.listing.mark import SOURCE
from services.gateway.listing.projection import keys_of
from services.gateway.listing.table import JOB_MARKS
from services.gateway.status.fold import read_fold

revision = "0026"
down_revision = "0025"

AT_A_TIME = 500

JOBS = sa.table(
    "jobs", sa.column("job_id"), sa.column("fold"), sa.column("tenant"), sa.column("is_shadow")
)


def upgrade() -> None:
    """Mark every replay."""
    connection, after = op.get_bind(), ""
    query = sa.select(JOBS).where(JOBS.c.is_shadow.is_(sa.true()))
    query = query.order_by(JOBS.c.job_id).limit(AT_A_TIME)
    while page := list(connection.execute(query.where(JOBS.c.job_id > after))):
        after = page[-1].job_id
        told = [
            {"mark": mark, "accepted_us": accepted_us, "job_id": job_id, "tenant": job.tenant}
            for job in page
            for mark, accepted_us, job_id in _list_keys(job.job_id, job.fold)
            if mark.startswith(SOURCE)
        ]
        if told:
            insert_missing(connection, JOB_MARKS, told)


def _list_keys(job_id: str, fold: str) -> set[tuple[str, int, str]]:
    try:
        return keys_of(job_id, read_fold(fold))
    except ValueError:
        return set()  # no release reads it
