"""What is shown of API keys."""

from typing import Any

from schemas.api.key import ApiKey, NewApiKey
from services.gateway.access.api_key import MadeKey, StoredKey
from services.gateway.database.moment import to_us
from services.gateway.database.place import Place


def show_key(key: StoredKey) -> ApiKey:
    """A key, without its secret."""
    return ApiKey(**_fields(key))


def show_new_key(made: MadeKey) -> NewApiKey:
    """A key with its secret, which is shown this once."""
    return NewApiKey(**_fields(made.stored), secret=made.secret)


def place_of_key(key: StoredKey) -> Place:
    """A key's place in a list."""
    return Place(to_us(key.created_at), key.key_id)


def _fields(key: StoredKey) -> dict[str, Any]:
    return {
        "id": key.key_id,
        "name": key.name,
        "tenant": key.tenant,
        "role": key.role,
        "created_at": key.created_at,
        "created_by": key.created_by,
        "last_used_at": key.last_used_at,
        "ends_at": key.ends_at,
        "revoked_at": key.revoked_at,
        "replaced_by": key.replaced_by,
    }
