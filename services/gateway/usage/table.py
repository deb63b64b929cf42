"""What results have taken. It is projected: tables that are filled anew hold it again."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from services.gateway.database.metadata import METADATA

RESULT_USAGE = Table(
    "result_usage",
    METADATA,
    Column("stage", String(16), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("reasoning_tokens", BigInteger, nullable=False),
    Column("nano_usd", BigInteger, nullable=False),
)
"""A row is of the one gateway that folds its partition, so that none waits for another's."""
