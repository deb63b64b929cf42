"""Replays that the gateway runs, with their manifests and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "replays",
        sa.Column("replay_id", sa.String(36), primary_key=True),
        sa.Column("tenant", sa.String(63)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("pace", sa.Text),
        sa.Column("held_back_s", sa.Float, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_key", sa.String(12), nullable=False),
        sa.Column("by_tenant", sa.String(63), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("request_id", sa.String(128), nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("ended_us", sa.BigInteger),
    )
    op.create_index("replays_by_time", "replays", ["created_us", "replay_id"])
    op.create_index("replays_of_tenant", "replays", ["tenant", "created_us", "replay_id"])
    op.create_index("replays_by_state", "replays", ["state", "created_us"])
    op.create_table(
        "replay_manifests",
        sa.Column("replay_id", sa.String(36), primary_key=True),
        sa.Column("manifest", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "replay_jobs",
        sa.Column("replay_id", sa.String(36), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source_job_id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("outcome", sa.String(16)),
    )
