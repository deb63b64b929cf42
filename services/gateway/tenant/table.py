"""The tables of limits: what is spent is projected, what is used of a minute and set is own."""

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table, Text

from schemas.tenant import MAX_TENANT
from services.gateway.database.metadata import METADATA

SPENDING = Table(
    "spending",
    METADATA,
    Column("tenant", String(MAX_TENANT), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("micro_usd", BigInteger, nullable=False),
)

REQUEST_WINDOWS = Table(
    "request_windows",
    METADATA,
    Column("tenant", String(MAX_TENANT), primary_key=True),
    Column("minute", BigInteger, nullable=False),
    Column("taken", Integer, nullable=False),
)

TENANT_LIMITS = Table(
    "tenant_limits",
    METADATA,
    Column("tenant", String(MAX_TENANT), primary_key=True),
    Column("limits", Text, nullable=False),
    Column("set_us", BigInteger, nullable=False),
)
