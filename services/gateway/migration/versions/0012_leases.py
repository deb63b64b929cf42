"""Which gateway does what, where there are several."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the tables, which are empty."""
    op.create_table(
        "gateways",
        sa.Column("gateway_id", sa.String(128), primary_key=True),
        sa.Column("until_us", sa.BigInteger, nullable=False),
        sa.Column("tables", sa.String(32), nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
    )
    op.create_table(
        "locks",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("holder", sa.String(128), nullable=False),
    )
