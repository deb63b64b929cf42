"""Limits of single tenants, in place of those of the settings."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the table; every tenant has the limits of the settings."""
    op.create_table(
        "tenant_limits",
        sa.Column("tenant", sa.String(63), primary_key=True),
        sa.Column("limits", sa.Text, nullable=False),
        sa.Column("set_us", sa.BigInteger, nullable=False),
    )
