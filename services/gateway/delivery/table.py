"""The tables of webhooks. All are own: no topic holds them, and no rebuild touches them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false

from schemas.tenant import MAX_TENANT
from services.gateway.database.metadata import METADATA

ENDPOINT_ID = String(12)

ENDPOINTS = Table(
    "webhook_endpoints",
    METADATA,
    Column("endpoint_id", ENDPOINT_ID, primary_key=True),
    Column("tenant", String(MAX_TENANT), nullable=False),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("old_secret", Text),
    Column("old_until_us", BigInteger),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("disabled_us", BigInteger),
    Column("disabled_why", String(16)),
    Column("failing_since_us", BigInteger),
    Column("told_percent", Integer, nullable=False),
    Column("absences", Integer, nullable=False),
    Column("held_until_us", BigInteger),
    Column("next_us", BigInteger),
    Column("sequence", BigInteger, nullable=False),
    Column("is_for_jobs", Boolean, nullable=False, server_default=false()),
    Index("webhook_endpoints_by_time", "created_us", "endpoint_id"),
    Index("webhook_endpoints_of_tenant", "tenant", "created_us", "endpoint_id"),
    Index("webhook_endpoints_by_next", "next_us"),
)

DELIVERIES = Table(
    "webhook_deliveries",
    METADATA,
    Column("delivery_id", String(36), primary_key=True),
    Column("endpoint_id", ENDPOINT_ID, nullable=False),
    Column("tenant", String(MAX_TENANT), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("type", String(64), nullable=False),
    Column("job_id", String(36)),
    Column("body", Text, nullable=False),
    Column("occurred_us", BigInteger, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("holder", String(16)),
    Column("attempts", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("url", Text),
    Column("traceparent", String(55)),
    Index("webhook_deliveries_in_order", "endpoint_id", "state", "sequence"),
    Index("webhook_deliveries_by_due", "endpoint_id", "state", "due_us"),
    Index("webhook_deliveries_of_endpoint", "endpoint_id", "sequence"),
    Index("webhook_deliveries_of_job", "job_id"),
    Index("webhook_deliveries_by_age", "state", "created_us"),
)

ATTEMPTS = Table(
    "webhook_attempts",
    METADATA,
    Column("delivery_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("said", Text, nullable=False),
)
