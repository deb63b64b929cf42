"""Webhooks: endpoints, what they are told, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "webhook_endpoints",
        sa.Column("endpoint_id", sa.String(12), primary_key=True),
        sa.Column("tenant", sa.String(63), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("old_secret", sa.Text),
        sa.Column("old_until_us", sa.BigInteger),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("disabled_us", sa.BigInteger),
        sa.Column("disabled_why", sa.String(16)),
        sa.Column("failing_since_us", sa.BigInteger),
        sa.Column("told_percent", sa.Integer, nullable=False),
        sa.Column("absences", sa.Integer, nullable=False),
        sa.Column("held_until_us", sa.BigInteger),
        sa.Column("next_us", sa.BigInteger),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    )
    _index("webhook_endpoints", "by_time", "created_us", "endpoint_id")
    _index("webhook_endpoints", "of_tenant", "tenant", "created_us", "endpoint_id")
    _index("webhook_endpoints", "by_next", "next_us")
    op.create_table(
        "webhook_deliveries",
        sa.Column("delivery_id", sa.String(36), primary_key=True),
        sa.Column("endpoint_id", sa.String(12), nullable=False),
        sa.Column("tenant", sa.String(63), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("job_id", sa.String(36)),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("occurred_us", sa.BigInteger, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_us", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.String(16)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_error", sa.Text),
    )
    _index("webhook_deliveries", "in_order", "endpoint_id", "state", "sequence")
    _index("webhook_deliveries", "by_due", "endpoint_id", "state", "due_us")
    _index("webhook_deliveries", "of_endpoint", "endpoint_id", "sequence")
    _index("webhook_deliveries", "of_job", "job_id")
    _index("webhook_deliveries", "by_age", "state", "created_us")
    op.create_table(
        "webhook_attempts",
        sa.Column("delivery_id", sa.String(36), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text),
        sa.Column("said", sa.Text, nullable=False),
    )


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(f"{table}_{name}", table, list(columns))
