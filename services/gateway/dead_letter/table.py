"""The tables of the desk: the projected letters, and what was done to them, which is own."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from schemas.tenant import DEFAULT_TENANT, MAX_TENANT
from services.gateway.database.metadata import METADATA

DEAD_LETTERS = Table(
    "dead_letters",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("redrive", Integer, primary_key=True, autoincrement=False),
    Column("letter_id", String(64), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("error_kind", String(32), nullable=False),
    Column("error_code", Text),
    Column("message", Text, nullable=False),
    Column("fingerprint", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("topic", String(249), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("failed_us", BigInteger, nullable=False),
    Column("headers", Text, nullable=False),
    Column("value", LargeBinary),
    Column("tenant", String(MAX_TENANT), server_default=DEFAULT_TENANT),
    Index("dead_letters_by_time", "failed_us", "letter_id"),
    Index("dead_letters_by_state", "state", "failed_us", "letter_id"),
    Index("dead_letters_by_error", "fingerprint", "stage", "failed_us"),
    Index("dead_letters_of_tenant", "tenant", "state", "failed_us", "letter_id"),
)

REDRIVES = Table(
    "redrives",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("redrive", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("topic", String(249), nullable=False),
    Column("headers", Text, nullable=False),
    Column("value", LargeBinary),
    Column("at_us", BigInteger, nullable=False),
    Index("redrives_by_state", "state"),
)

DISCARDS = Table(
    "discards",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("redrive", Integer, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
