"""What tenants have spent, by day, and what they have used of a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the tables. What was spent before is not counted: yesterday bounds no day."""
    op.create_table(
        "spending",
        sa.Column("tenant", sa.String(63), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("micro_usd", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "request_windows",
        sa.Column("tenant", sa.String(63), primary_key=True),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
    )
