"""The table of acts. It is own: no topic holds it, and no rebuild touches it."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from schemas.tenant import MAX_TENANT
from services.gateway.database.metadata import METADATA

ACTS = Table(
    "acts",
    METADATA,
    Column("act_id", String(36), primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("deed", String(32), nullable=False),
    Column("on_id", Text, nullable=False),
    Column("tenant", String(MAX_TENANT)),
    Column("by", Text, nullable=False),
    Column("by_key", String(12)),
    Column("role", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("request_id", String(128), nullable=False),
    Index("acts_by_time", "at_us", "act_id"),
    Index("acts_of_tenant", "tenant", "at_us", "act_id"),
)
