"""The table that says how far the order of facts has come. The facts are in the history."""

from sqlalchemy import BigInteger, Column, Integer, Table

from services.gateway.database.metadata import METADATA

FEED = Table(
    "feed",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last_place", BigInteger, nullable=False),
    Column("removed_place", BigInteger, nullable=False),
)

FEED_START = {"id": 1, "last_place": 0, "removed_place": 0}
"""Its one row, while there is no fact."""
