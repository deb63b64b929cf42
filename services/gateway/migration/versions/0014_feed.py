"""The order of the facts of all jobs. Those of jobs that are under way get their places."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

OPEN = ("pending", "running", "cancelling")
HISTORY = sa.table("history", *map(sa.column, ("job_id", "sequence", "tenant", "place")))
JOBS = sa.table("jobs", *map(sa.column, ("job_id", "status", "tenant")))
HAS_PLACE = sa.text("place IS NOT NULL")


def upgrade() -> None:
    """Add the columns and the row that says how far it is; what has ended is in no order."""
    op.add_column("history", sa.Column("tenant", sa.String(63)))
    op.add_column("history", sa.Column("place", sa.BigInteger))
    op.add_column("history", sa.Column("cause", sa.String(32)))
    op.add_column("history", sa.Column("code", sa.Text))
    op.add_column("history", sa.Column("due_ms", sa.BigInteger))
    feed = op.create_table(
        "feed",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last_place", sa.BigInteger, nullable=False),
        sa.Column("removed_place", sa.BigInteger, nullable=False),
    )
    last = _place_open_jobs(op.get_bind())
    op.bulk_insert(feed, [{"id": 1, "last_place": last, "removed_place": 0}])
    for name, columns in (
        ("history_by_place", ["place"]),
        ("history_of_tenant_by_place", ["tenant", "place"]),
    ):
        where: dict[str, Any] = {"sqlite_where": HAS_PLACE, "postgresql_where": HAS_PLACE}
        op.create_index(name, "history", columns, **where)


def _place_open_jobs(connection: sa.Connection) -> int:
    query = (
        sa.select(HISTORY.c.job_id, HISTORY.c.sequence, JOBS.c.tenant)
        .join_from(HISTORY, JOBS, HISTORY.c.job_id == JOBS.c.job_id)
        .where(JOBS.c.status.in_(OPEN), JOBS.c.tenant.is_not(None))
        .order_by(HISTORY.c.job_id, HISTORY.c.sequence)
    )
    set_place = (
        sa.update(HISTORY)
        .where(
            HISTORY.c.job_id == sa.bindparam("of_job"),
            HISTORY.c.sequence == sa.bindparam("of_sequence"),
        )
        .values(tenant=sa.bindparam("new_tenant"), place=sa.bindparam("new_place"))
    )
    rows = [
        {"of_job": job_id, "of_sequence": n, "new_tenant": tenant, "new_place": place}
        for place, (job_id, n, tenant) in enumerate(connection.execute(query), 1)
    ]
    if rows:
        connection.execute(set_place, rows)
    return len(rows)
