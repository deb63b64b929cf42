"""Webhooks that jobs have of their own, and the endpoints that take them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add their table, and two columns."""
    is_for_jobs = sa.Column("is_for_jobs", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("webhook_endpoints", is_for_jobs)
    op.add_column("webhook_deliveries", sa.Column("url", sa.Text))
    op.create_table(
        "webhook_callbacks",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("endpoint_id", sa.String(12), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
    )
    op.create_index("webhook_callbacks_of_endpoint", "webhook_callbacks", ["endpoint_id"])
