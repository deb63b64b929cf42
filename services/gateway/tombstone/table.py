"""The table of jobs that are gone. It is own: no topic has it, and no rebuild touches it."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from schemas.tenant import MAX_TENANT
from services.gateway.database.metadata import METADATA

TOMBSTONES = Table(
    "tombstones",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("tenant", String(MAX_TENANT)),
    Column("cause", String(16), nullable=False),
    Column("accepted_us", BigInteger, nullable=False),
    Column("gone_us", BigInteger, nullable=False),
    Index("tombstones_by_time", "gone_us"),
)
