"""The table of jobs' own webhooks. It is own: no topic holds it."""

from sqlalchemy import Column, Index, String, Table, Text

from services.gateway.database.metadata import METADATA
from services.gateway.delivery.table import ENDPOINT_ID

CALLBACKS = Table(
    "webhook_callbacks",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("endpoint_id", ENDPOINT_ID, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Index("webhook_callbacks_of_endpoint", "endpoint_id"),
)
