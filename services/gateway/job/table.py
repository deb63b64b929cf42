"""The tables of jobs: projected ones, and the reservations, which are own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
    text,
)

from schemas.tenant import DEFAULT_TENANT, MAX_TENANT
from services.gateway.database.metadata import METADATA

OF_SHADOWS: Mapping[str, Any] = {
    "sqlite_where": text("is_shadow IS 1"),
    "postgresql_where": text("is_shadow IS true"),
}
"""As SQLAlchemy asks for it: a partial index is taken for the same words only."""

JOBS = Table(
    "jobs",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("accepted_us", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fold", Text, nullable=False),
    Column("due_us", BigInteger),
    Column("tenant", String(MAX_TENANT), server_default=DEFAULT_TENANT),
    Column("is_shadow", Boolean, nullable=False, server_default=false()),
    Index("jobs_by_time", "accepted_us", "job_id"),
    Index("jobs_by_status", "status", "accepted_us", "job_id"),
    Index("jobs_by_due", "due_us", "job_id"),
    Index("jobs_of_tenant_by_time", "tenant", "accepted_us", "job_id"),
    Index("jobs_of_tenant_by_status", "tenant", "status", "accepted_us", "job_id"),
    Index("shadows_by_time", "accepted_us", "job_id", **OF_SHADOWS),
    Index("shadows_of_tenant_by_time", "tenant", "accepted_us", "job_id", **OF_SHADOWS),
)

RESULTS = Table(
    "results",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

_PLACED = text("place IS NOT NULL")
HAS_PLACE: Mapping[str, Any] = {"sqlite_where": _PLACED, "postgresql_where": _PLACED}
"""Facts of before there was an order of all have none."""

HISTORY = Table(
    "history",
    METADATA,
    Column("topic", String(249), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("job_id", String(36), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("redrive", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("message", Text),
    Column("tenant", String(MAX_TENANT)),
    Column("place", BigInteger),
    Column("cause", String(32)),
    Column("code", Text),
    Column("due_ms", BigInteger),
    Index("history_by_job", "job_id", "sequence"),
    Index("history_by_place", "place", **HAS_PLACE),
    Index("history_of_tenant_by_place", "tenant", "place", **HAS_PLACE),
)

RESERVATIONS = Table(
    "reservations",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("idempotency_key", String(255)),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("accepted_us", BigInteger, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("fold", Text),
    Column("tenant", String(MAX_TENANT), nullable=False, server_default=DEFAULT_TENANT),
    Index("reservations_by_state", "state", "accepted_us"),
)
