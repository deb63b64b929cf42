"""The tables of limits: what is spent is projected, what is used of a minute is own."""

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table

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
