"""What is decided of errors, and the errors of the gateway itself."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the tables; nothing is decided."""
    op.create_table(
        "error_decisions",
        sa.Column("fingerprint", sa.String(12), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "own_errors",
        sa.Column("fingerprint", sa.String(12), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("first_us", sa.BigInteger, nullable=False),
        sa.Column("last_us", sa.BigInteger, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
    )
    op.create_index("own_errors_by_time", "own_errors", ["last_us"])
    op.create_index("dead_letters_by_error", "dead_letters", ["fingerprint", "stage", "failed_us"])
