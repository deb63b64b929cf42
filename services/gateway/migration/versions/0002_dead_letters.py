"""The dead-letter desk, and retries in the fold."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the desk's tables, and have the projected ones filled again."""
    _create_dead_letters()
    _create_own()
    # Folds now hold what they did not, and dead letters of the past have to be on the desk.
    op.execute("DELETE FROM projection")


def _create_dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("stage", sa.String(16), primary_key=True),
        sa.Column("redrive", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("letter_id", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("error_kind", sa.String(32), nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("topic", sa.String(249), nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("failed_us", sa.BigInteger, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary),
    )
    op.create_index("dead_letters_by_time", "dead_letters", ["failed_us", "letter_id"])
    op.create_index("dead_letters_by_state", "dead_letters", ["state", "failed_us", "letter_id"])


def _create_own() -> None:
    op.create_table(
        "redrives",
        *_key(),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("topic", sa.String(249), nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("redrives_by_state", "redrives", ["state"])
    op.create_table(
        "discards",
        *_key(),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )


def _key() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("stage", sa.String(16), primary_key=True),
        sa.Column("redrive", sa.Integer, primary_key=True, autoincrement=False),
    )
