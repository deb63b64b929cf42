"""Webhook deliveries know the span of the record that led to them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column. What was noted before has none."""
    op.add_column("webhook_deliveries", sa.Column("traceparent", sa.String(55)))
