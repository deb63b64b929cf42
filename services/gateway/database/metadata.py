"""The tables. Moments are Unix microseconds, `_ms` columns Unix milliseconds.

Projected: jobs, results, history, dead letters, positions, projection; written by the projector
only and thrown away by a rebuild. Own: reservations, redrives, discards, which no topic holds and
no rebuild touches.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

JOBS = Table(
    "jobs",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("accepted_us", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fold", Text, nullable=False),
    Index("jobs_by_time", "accepted_us", "job_id"),
    Index("jobs_by_status", "status", "accepted_us", "job_id"),
)

RESULTS = Table(
    "results",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

HISTORY = Table(
    "history",
    METADATA,
    Column("topic", String(249), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("job_id", String(36), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("redrive", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("message", Text),
    Index("history_by_job", "job_id", "sequence"),
)

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
    Index("dead_letters_by_time", "failed_us", "letter_id"),
    Index("dead_letters_by_state", "state", "failed_us", "letter_id"),
)

PROJECTED = (JOBS, RESULTS, HISTORY, DEAD_LETTERS, POSITIONS, PROJECTION)

RESERVATIONS = Table(
    "reservations",
    METADATA,
    Column("job_id", String(36), primary_key=True),
    Column("idempotency_key", String(255), unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("accepted_us", BigInteger, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Index("reservations_by_state", "state", "accepted_us"),
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
