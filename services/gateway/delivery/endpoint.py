"""An endpoint: where a tenant is told of what happens, how that is signed, how well it goes."""

import base64
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import floor

from standardwebhooks import Webhook

ID_BYTES = 6
SECRET_BYTES = 32


class DisabledWhy(StrEnum):
    """Why nothing is sent to an endpoint."""

    BY_HAND = "by hand"
    GONE = "gone"
    FAILING = "failing"


@dataclass(frozen=True)
class StoredEndpoint:
    """An endpoint as the tables have it.

    Attributes:
        events: What it is told; empty for all.
        old_secret: Signs beside the secret until `old_until`.
        failing_since: When it began to take nothing; None where it has taken the last one.
        told_percent: How much of its time to fail was told to be over: 0, 50, 70 or 90.
        absences: How often in a row it was away: no answer, or one that means `later`.
        sequence: Of the last event that was noted for it.
        is_for_jobs: It takes the webhooks that jobs name on its host, and is told nothing else.
    """

    endpoint_id: str
    tenant: str
    url: str
    events: tuple[str, ...]
    description: str
    secret: str
    created_at: datetime
    created_by: str
    old_secret: str | None = None
    old_until: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: str | None = None
    failing_since: datetime | None = None
    told_percent: int = 0
    absences: int = 0
    held_until: datetime | None = None
    sequence: int = 0
    is_for_jobs: bool = False

    def wants(self, event: str) -> bool:
        """Whether it is to be told of such an event."""
        return not self.events or event in self.events

    def begin_anew(self) -> "StoredEndpoint":
        """The endpoint without what went wrong before."""
        return replace(self, failing_since=None, told_percent=0, absences=0, held_until=None)

    def failing_share(self, now: datetime, window: timedelta) -> float:
        """How much of the time for which it may fail is over, 0 to 1."""
        if self.failing_since is None:
            return 0.0
        return min(1.0, max(0.0, (now - self.failing_since) / window))


def make_endpoint(
    tenant: str,
    url: str,
    events: tuple[str, ...],
    description: str,
    by: str,
    now: datetime,
    *,
    is_for_jobs: bool = False,
) -> StoredEndpoint:
    """Make an endpoint with a secret of its own."""
    told = (tenant, url, events, description, make_secret(), now, by)
    return StoredEndpoint(secrets.token_hex(ID_BYTES), *told, is_for_jobs=is_for_jobs)


def make_secret() -> str:
    """A secret in the form of Standard Webhooks: `whsec_` and 256 random bits."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def sign(endpoint: StoredEndpoint, delivery_id: str, body: str, now: datetime) -> dict[str, str]:
    """The headers that prove a request: with every secret that holds, the newest first."""
    holding = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_until and now < endpoint.old_until:
        holding.append(endpoint.old_secret)
    signed = [Webhook(secret).sign(delivery_id, now, body) for secret in holding]
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(floor(now.timestamp())),
        "webhook-signature": " ".join(signed),
    }
