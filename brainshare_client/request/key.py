"""API keys, for admins."""

from brainshare_client.exchange.answer import as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from brainshare_client.exchange.step import Series, each
from schemas.api.key import ApiKey, KeyPage, NewApiKey

PATH = path_of("keys")


def create(
    name: str,
    *,
    tenant: str | None = None,
    role: str | None = None,
    expires_in_days: int | None = None,
) -> Call[NewApiKey]:
    """Make a key; it is in this answer only.

    Args:
        name: Says for people who has it.
        role: read, submit (the default), operate or admin.
    """
    said = {"tenant": tenant, "role": role, "expiresInDays": expires_in_days}
    body = {"name": name} | {key: value for key, value in said.items() if value is not None}
    return send_new(body)


def send_new(body: object) -> Call[NewApiKey]:
    """The same, by its body as the API has it."""
    return send_to(PATH, as_contract(NewApiKey), body, is_repeatable=False)


def page(
    *, tenant: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Call[KeyPage]:
    """A page of keys, newest first."""
    return read_from(PATH, as_contract(KeyPage), tenant=tenant, limit=limit, cursor=cursor)


def list_(*, tenant: str | None = None) -> Series[ApiKey]:
    """All keys, newest first."""
    return each(
        lambda cursor: page(tenant=tenant, limit=200, cursor=cursor), lambda page: page.keys
    )


def revoke(key_id: str, *, reason: str = "") -> Call[ApiKey]:
    """End a key."""
    path = path_of("keys", key_id, "revoke")
    return send_to(path, as_contract(ApiKey), {"reason": reason} if reason else {})


def rotate(key_id: str, *, overlap_s: int | None = None) -> Call[NewApiKey]:
    """Make a key in place of another one; it is in this answer only.

    Args:
        overlap_s: For how long the old one still goes; None for a day.
    """
    body = {} if overlap_s is None else {"overlapS": overlap_s}
    path = path_of("keys", key_id, "rotate")
    return send_to(path, as_contract(NewApiKey), body, is_repeatable=False)
