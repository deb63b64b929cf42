"""API keys: `bsk_<id>_<secret>`. Pure.

The secret is 256 random bits, which nobody finds by trying: one SHA-256 keeps it as well as a slow
hash would, and costs a microsecond a request. A slow hash is for what people choose themselves.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.api.key import Role

KEY = re.compile(r"bsk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}", re.ASCII)
ID_BYTES = 6
SECRET_BYTES = 32


@dataclass(frozen=True)
class StoredKey:
    """A key as the tables have it.

    Attributes:
        digest: SHA-256 of the whole key, in hex.
        ends_at: After it the key is refused; None for never.
    """

    key_id: str
    digest: str
    name: str
    tenant: str
    role: Role
    created_at: datetime
    created_by: str
    last_used_at: datetime | None = None
    ends_at: datetime | None = None
    revoked_at: datetime | None = None
    replaced_by: str | None = None

    def why_refused(self, digest: str, now: datetime) -> str | None:
        """Why a key is refused that has the id of this one; None where it is not.

        What is told of a key is told to nobody but who has the whole of it.
        """
        is_it = hmac.compare_digest(self.digest, digest)
        return self.why_ended(now) if is_it else "unknown"

    def why_ended(self, now: datetime) -> str | None:
        """Why a key is refused whoever has it; None where it is not."""
        if not self.role.is_known:
            return "unknown"
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.ends_at is not None and now >= self.ends_at else None

    def ends_by(self, moment: datetime) -> datetime:
        """When it ends if it may go until a moment at most: a rotation makes no key last longer."""
        return moment if self.ends_at is None else min(moment, self.ends_at)


@dataclass(frozen=True)
class MadeKey:
    """A key that has just been made: the only time that its secret is there."""

    stored: StoredKey
    secret: str


def make_key(
    name: str,
    tenant: str,
    role: Role,
    created_by: str,
    now: datetime,
    expires_in_days: int | None = None,
) -> MadeKey:
    """Make a key."""
    key_id = secrets.token_hex(ID_BYTES)
    secret = f"bsk_{key_id}_{secrets.token_urlsafe(SECRET_BYTES)}"
    ends_at = None if expires_in_days is None else now + timedelta(days=expires_in_days)
    told = (name, tenant, role, now, created_by)
    return MadeKey(StoredKey(key_id, digest_key(secret), *told, ends_at=ends_at), secret)


def digest_key(secret: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_id(secret: str) -> str | None:
    """The id of a key; None for what is none."""
    match = KEY.fullmatch(secret)
    return match.group(1) if match else None
