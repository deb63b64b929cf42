"""What results have taken, in tokens and money. Of what was folded before, a rebuild counts it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

COUNTED = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens", "nano_usd")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "result_usage",
        sa.Column("stage", sa.String(16), primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTED),
    )
