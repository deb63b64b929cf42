"""When each job is to be closed, should nobody else have done it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the time and its index, and have the projected tables filled again."""
    op.add_column("jobs", sa.Column("due_us", sa.BigInteger))
    op.create_index("jobs_by_due", "jobs", ["due_us", "job_id"])
    # Folds of before do not hold the deadlines of their jobs.
    op.execute("DELETE FROM projection")
