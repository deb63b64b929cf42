"""Bulk actions, and their jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the tables, which are empty."""
    op.create_table(
        "bulk_actions",
        sa.Column("bulk_id", sa.String(36), primary_key=True),
        sa.Column("tenant", sa.String(63)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_key", sa.String(12), nullable=False),
        sa.Column("by_tenant", sa.String(63), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("request_id", sa.String(128), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("ended_us", sa.BigInteger),
    )
    op.create_index("bulk_actions_by_time", "bulk_actions", ["created_us", "bulk_id"])
    of_tenant = ["tenant", "created_us", "bulk_id"]
    op.create_index("bulk_actions_of_tenant", "bulk_actions", of_tenant)
    op.create_index("bulk_actions_by_state", "bulk_actions", ["state", "created_us"])
    op.create_table(
        "bulk_jobs",
        sa.Column("bulk_id", sa.String(36), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text),
    )
    op.create_index("bulk_jobs_by_outcome", "bulk_jobs", ["bulk_id", "outcome", "number"])
