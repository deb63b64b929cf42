"""API keys in the tables: made, listed, ended. A key is never deleted, only ended."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from schemas.api.key import Role
from services.gateway.access.api_key import MadeKey, StoredKey, make_key
from services.gateway.access.table import API_KEYS
from services.gateway.database.moment import from_us, to_us
from services.gateway.database.place import Place


class NoSuchKeyError(Exception):
    """No key has this id."""


class KeyEndedError(Exception):
    """The key is revoked or has expired, or another one has taken its place."""


_C = API_KEYS.c
_FIND = select(API_KEYS).where(_C.key_id == bindparam("id"))
_LIST = select(API_KEYS).order_by(_C.created_us.desc(), _C.key_id.desc())
_PLACE: Any = tuple_(*(_C.created_us, _C.key_id))
_OF_KEY = update(API_KEYS).where(_C.key_id == bindparam("id"))
_TOUCH = _OF_KEY.values(last_used_us=bindparam("used_us"))
_REVOKE = _OF_KEY.values(revoked_us=bindparam("now_us"))
_REPLACE = _OF_KEY.values(ends_us=bindparam("until_us"), replaced_by=bindparam("new_id"))


def insert_key(connection: Connection, made: MadeKey) -> StoredKey:
    """Keep a key that was made, without its secret."""
    connection.execute(insert(API_KEYS), _write(made.stored))
    return made.stored


def find_key(connection: Connection, key_id: str) -> StoredKey | None:
    """A key, ended or not."""
    row = connection.execute(_FIND, {"id": key_id}).first()
    return None if row is None else _read(row)


def list_keys(
    connection: Connection, tenant: str | None, after: Place | None, limit: int
) -> list[StoredKey]:
    """Keys, ended ones too, newest first."""
    query = _LIST.limit(limit)
    query = query if tenant is None else query.where(_C.tenant == tenant)
    query = query if after is None else query.where((after.at_us, after.id) > _PLACE)
    return [_read(row) for row in connection.execute(query)]


def note_use(connection: Connection, key_id: str, at: datetime) -> None:
    """Note that a key was used."""
    connection.execute(_TOUCH, {"id": key_id, "used_us": to_us(at)})


def revoke_key(connection: Connection, key_id: str, now: datetime) -> StoredKey:
    """End a key at once. Revoking twice is revoking once.

    Raises:
        NoSuchKeyError: There is none with this id.
    """
    key = _require(connection, key_id)
    if key.revoked_at is not None:
        return key
    connection.execute(_REVOKE, {"id": key_id, "now_us": to_us(now)})
    return replace(key, revoked_at=now)


def rotate_key(
    connection: Connection, key_id: str, by: str, now: datetime, overlap_s: int
) -> MadeKey:
    """Make a new key in place of one, which goes on for the overlap, or until its own end.

    Raises:
        NoSuchKeyError: There is none with this id.
        KeyEndedError: It goes no more, or has been replaced.
    """
    key = _require(connection, key_id)
    if key.revoked_at is not None or (key.ends_at is not None and now >= key.ends_at):
        raise KeyEndedError(f"the key {key_id} has ended: make a new one")
    if key.replaced_by is not None:
        raise KeyEndedError(f"the key {key_id} was replaced by {key.replaced_by}: rotate that one")
    made = make_key(key.name, key.tenant, key.role, by, now)
    lasts = None if key.ends_at is None else now + (key.ends_at - key.created_at)
    made = replace(made, stored=replace(made.stored, ends_at=lasts))
    insert_key(connection, made)
    until_us = to_us(key.ends_by(now + timedelta(seconds=overlap_s)))
    told = {"id": key_id, "until_us": until_us, "new_id": made.stored.key_id}
    connection.execute(_REPLACE, told)
    return made


def _require(connection: Connection, key_id: str) -> StoredKey:
    key = find_key(connection, key_id)
    if key is None:
        raise NoSuchKeyError(f"there is no key with the id {key_id!r}")
    return key


def _write(key: StoredKey) -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "digest": key.digest,
        "name": key.name,
        "tenant": key.tenant,
        "role": key.role,
        "created_us": to_us(key.created_at),
        "created_by": key.created_by,
        "last_used_us": _unix(key.last_used_at),
        "ends_us": _unix(key.ends_at),
    }


def _read(row: Any) -> StoredKey:
    return StoredKey(
        key_id=row.key_id,
        digest=row.digest,
        name=row.name,
        tenant=row.tenant,
        role=Role(row.role),
        created_at=from_us(row.created_us),
        created_by=row.created_by,
        last_used_at=_moment(row.last_used_us),
        ends_at=_moment(row.ends_us),
        revoked_at=_moment(row.revoked_us),
        replaced_by=row.replaced_by,
    )


def _unix(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)


def _moment(unix_us: int | None) -> datetime | None:
    return None if unix_us is None else from_us(unix_us)
