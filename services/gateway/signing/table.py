"""The table of the secret that all gateways sign with. It is own: no topic has it."""

from sqlalchemy import Column, LargeBinary, String, Table

from services.gateway.database.metadata import METADATA

SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)
