"""The secret in the tables: made by the first gateway, and the same for every other one."""

import secrets

from sqlalchemy import Connection, select

from services.gateway.database.upsert import insert_missing
from services.gateway.signing.signer import Signer
from services.gateway.signing.table import SIGNING_KEYS

NAME = "signer"
KEY_BYTES = 32

_FIND = select(SIGNING_KEYS.c.secret).where(SIGNING_KEYS.c.name == NAME)


def load_signer(connection: Connection) -> Signer:
    """The signer of these tables; the first one that asks makes its secret."""
    made = {"name": NAME, "secret": secrets.token_bytes(KEY_BYTES)}
    insert_missing(connection, SIGNING_KEYS, [made])
    return Signer(bytes(connection.execute(_FIND).scalar_one()))
