"""How far the tables are, and which of them are filled from the topics."""

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from services.gateway.database.metadata import METADATA
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.feed.table import FEED
from services.gateway.job.table import HISTORY, JOBS, RESULTS
from services.gateway.listing.table import JOB_MARKS
from services.gateway.tenant.table import SPENDING
from services.gateway.usage.table import RESULT_USAGE

POSITIONS = Table(
    "positions",
    METADATA,
    Column("topic", String(249), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("next_offset", BigInteger, nullable=False),
)

PROJECTION = Table(
    "projection",
    METADATA,
    Column("generation", String(32), primary_key=True),
    Column("cluster_id", String(64), nullable=False),
)

UNREAD = Table(
    "unread_records",
    METADATA,
    Column("topic", String(249), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("timestamp_ms", BigInteger, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("headers", Text, nullable=False),
    Column("value", LargeBinary),
)

PROJECTED = (
    JOBS,
    JOB_MARKS,
    RESULTS,
    HISTORY,
    FEED,
    DEAD_LETTERS,
    SPENDING,
    RESULT_USAGE,
    UNREAD,
    POSITIONS,
    PROJECTION,
)
