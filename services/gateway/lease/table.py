"""The tables by which gateways on one server share the work. They are own: no topic has them."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from services.gateway.database.metadata import METADATA

GATEWAY_ID = String(128)

GATEWAYS = Table(
    "gateways",
    METADATA,
    Column("gateway_id", GATEWAY_ID, primary_key=True),
    Column("until_us", BigInteger, nullable=False),
    Column("tables", String(32), nullable=False),
)

LEASES = Table(
    "leases",
    METADATA,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("owner", GATEWAY_ID, nullable=False),
    Column("epoch", Integer, nullable=False),
)

LOCKS = Table(
    "locks",
    METADATA,
    Column("name", String(255), primary_key=True),
    Column("holder", GATEWAY_ID, nullable=False),
)
