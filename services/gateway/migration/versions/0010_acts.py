"""What operators and admins did."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "acts",
        sa.Column("act_id", sa.String(36), primary_key=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("deed", sa.String(32), nullable=False),
        sa.Column("on_id", sa.Text, nullable=False),
        sa.Column("tenant", sa.String(63)),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_key", sa.String(12)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("request_id", sa.String(128), nullable=False),
    )
    op.create_index("acts_by_time", "acts", ["at_us", "act_id"])
    op.create_index("acts_of_tenant", "acts", ["tenant", "at_us", "act_id"])
