"""Which jobs are shadows: replays that no list has unasked. None is one of before."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the column."""
    shadow = sa.Column("is_shadow", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("jobs", shadow)
