"""What is done to API keys, each act noted in the transaction in which it is done."""

from datetime import datetime
from typing import Any

from schemas.api.act import Deed
from schemas.api.key import KeyRequest
from services.gateway.access.actor import Actor
from services.gateway.access.api_key import MadeKey, StoredKey, make_key
from services.gateway.access.api_key_store import find_key, insert_key, revoke_key, rotate_key
from services.gateway.act.store import make_act, note_act
from services.gateway.database.database import Connection
from services.gateway.key.view import show_key


def create(connection: Connection, wanted: KeyRequest, actor: Actor, now: datetime) -> MadeKey:
    """Make a key."""
    told = (wanted.name, wanted.tenant, wanted.role, actor.principal.name, now)
    made = make_key(*told, wanted.expires_in_days)
    insert_key(connection, made)
    _note(connection, Deed.CREATE_KEY, actor, now, None, made.stored)
    return made


def revoke(connection: Connection, key_id: str, actor: Actor, now: datetime) -> StoredKey:
    """End a key.

    Raises:
        NoSuchKeyError: There is none with this id.
    """
    before = find_key(connection, key_id)
    key = revoke_key(connection, key_id, now)
    if key != before:
        _note(connection, Deed.REVOKE_KEY, actor, now, before, key)
    return key


def rotate(
    connection: Connection, key_id: str, actor: Actor, now: datetime, overlap_s: int
) -> MadeKey:
    """Make a key in place of another one.

    Raises:
        NoSuchKeyError: There is none with this id.
        KeyEndedError: It goes no more, or has been replaced.
    """
    before = find_key(connection, key_id)
    made = rotate_key(connection, key_id, actor.principal.name, now, overlap_s)
    _note(connection, Deed.ROTATE_KEY, actor, now, before, find_key(connection, key_id))
    return made


def _note(
    connection: Connection,
    deed: Deed,
    actor: Actor,
    now: datetime,
    before: StoredKey | None,
    after: StoredKey | None,
) -> None:
    key = after or before
    assert key is not None
    note_act(
        connection,
        make_act(actor, deed, key.key_id, key.tenant, now, _show(before), _show(after)),
    )


def _show(key: StoredKey | None) -> dict[str, Any] | None:
    shown = {"name", "role", "ends_at", "revoked_at", "replaced_by"}
    if key is None:
        return None
    return show_key(key).model_dump(mode="json", by_alias=True, include=shown)
