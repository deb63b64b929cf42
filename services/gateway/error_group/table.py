"""The tables of errors. Both are own: no topic holds them, and no rebuild touches them.

What the stages fail with is in the dead letters, and counted there.
"""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from services.gateway.database.metadata import METADATA

DECISIONS = Table(
    "error_decisions",
    METADATA,
    Column("fingerprint", String(12), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

OWN_ERRORS = Table(
    "own_errors",
    METADATA,
    Column("fingerprint", String(12), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("release", Text, nullable=False),
    Index("own_errors_by_time", "last_us"),
)
