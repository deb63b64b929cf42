"""The tables of access. All are own: no topic holds them, and no rebuild touches them."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from schemas.tenant import MAX_TENANT
from services.gateway.database.metadata import METADATA

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("key_id", String(12), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("tenant", String(MAX_TENANT), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("last_used_us", BigInteger),
    Column("ends_us", BigInteger),
    Column("revoked_us", BigInteger),
    Column("replaced_by", String(12)),
    Index("api_keys_by_time", "created_us", "key_id"),
)
