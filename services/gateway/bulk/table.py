"""The tables of bulk actions and of their jobs. They are own: no topic has them."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from schemas.tenant import MAX_TENANT
from services.gateway.database.metadata import METADATA

BULK_ACTIONS = Table(
    "bulk_actions",
    METADATA,
    Column("bulk_id", String(36), primary_key=True),
    Column("tenant", String(MAX_TENANT)),
    Column("digest", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_key", String(12), nullable=False),
    Column("by_tenant", String(MAX_TENANT), nullable=False),
    Column("role", String(16), nullable=False),
    Column("request_id", String(128), nullable=False),
    Column("total", Integer, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Column("replay_id", String(36)),
    Index("bulk_actions_by_time", "created_us", "bulk_id"),
    Index("bulk_actions_of_tenant", "tenant", "created_us", "bulk_id"),
    Index("bulk_actions_by_state", "state", "created_us"),
)

BULK_JOBS = Table(
    "bulk_jobs",
    METADATA,
    Column("bulk_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("job_id", String(36), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("detail", Text),
    Index("bulk_jobs_by_outcome", "bulk_id", "outcome", "number"),
)
