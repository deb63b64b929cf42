"""A bulk action, as the tables have it."""

from dataclasses import dataclass
from datetime import datetime

from schemas.api.batch import BulkKind, BulkOutcome, BulkState
from services.gateway.access.actor import Actor
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight


@dataclass(frozen=True)
class StoredBulk:
    """One act on many jobs.

    Attributes:
        sight: Whose jobs it is about.
        digest: SHA-256 of what was asked for, in hex.
        counts: How many of its jobs came to what; where that was not counted, none.
        replay_id: Whose results it is about; None of what is about none.
    """

    bulk_id: str
    sight: Sight
    digest: str
    kind: BulkKind
    state: BulkState
    actor: Actor
    total: int
    created_at: datetime
    ended_at: datetime | None
    place: Place
    counts: dict[BulkOutcome, int]
    replay_id: str | None = None


@dataclass(frozen=True)
class BulkItem:
    """One of its jobs, counted from 1."""

    number: int
    job_id: str
    outcome: BulkOutcome = BulkOutcome.WAITING
    detail: str | None = None
