"""Which jobs are gone from the tables, since when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the table; nothing was taken out before."""
    op.create_table(
        "tombstones",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("tenant", sa.String(63)),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("accepted_us", sa.BigInteger, nullable=False),
        sa.Column("gone_us", sa.BigInteger, nullable=False),
    )
    op.create_index("tombstones_by_time", "tombstones", ["gone_us"])
