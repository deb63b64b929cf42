"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the projected tables and the reservations."""
    _create_jobs()
    _create_history()
    _create_projection()
    _create_reservations()


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("accepted_us", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fold", sa.Text, nullable=False),
    )
    op.create_index("jobs_by_time", "jobs", ["accepted_us", "job_id"])
    op.create_index("jobs_by_status", "jobs", ["status", "accepted_us", "job_id"])
    op.create_table(
        "results",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("stage", sa.String(16), primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )


def _create_history() -> None:
    op.create_table(
        "history",
        sa.Column("topic", sa.String(249), primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("offset", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("redrive", sa.Integer, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("message", sa.Text),
    )
    op.create_index("history_by_job", "history", ["job_id", "sequence"])


def _create_projection() -> None:
    op.create_table(
        "positions",
        sa.Column("topic", sa.String(249), primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "projection",
        sa.Column("generation", sa.String(32), primary_key=True),
        sa.Column("cluster_id", sa.String(64), nullable=False),
    )


def _create_reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("idempotency_key", sa.String(255), unique=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("accepted_us", sa.BigInteger, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    op.create_index("reservations_by_state", "reservations", ["state", "accepted_us"])
