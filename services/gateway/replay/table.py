"""The tables of replays and of their jobs. They are own: no topic has them."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, String, Table, Text

from schemas.tenant import MAX_TENANT
from services.gateway.database.metadata import METADATA

REPLAYS = Table(
    "replays",
    METADATA,
    Column("replay_id", String(36), primary_key=True),
    Column("tenant", String(MAX_TENANT)),
    Column("state", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("summary", Text, nullable=False),
    Column("pace", Text),
    Column("held_back_s", Float, nullable=False),
    Column("detail", Text),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_key", String(12), nullable=False),
    Column("by_tenant", String(MAX_TENANT), nullable=False),
    Column("role", String(16), nullable=False),
    Column("request_id", String(128), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Index("replays_by_time", "created_us", "replay_id"),
    Index("replays_of_tenant", "tenant", "created_us", "replay_id"),
    Index("replays_by_state", "state", "created_us"),
)

REPLAY_MANIFESTS = Table(
    "replay_manifests",
    METADATA,
    Column("replay_id", String(36), primary_key=True),
    Column("manifest", LargeBinary, nullable=False),
)

REPLAY_JOBS = Table(
    "replay_jobs",
    METADATA,
    Column("replay_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("source_job_id", String(36), nullable=False),
    Column("job_id", String(36), nullable=False),
    Column("outcome", String(16)),
)
"""The outcome is `gone` of what cannot be started; what was started is among the jobs."""
