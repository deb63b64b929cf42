"""A replay, as the tables have it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.api.replay.run import ReplayPace, ReplayState
from services.gateway.access.actor import Actor
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight

GONE = "gone"

OPEN_STATES = (ReplayState.RUNNING, ReplayState.ABORTING)
"""In which a gateway has something to do for it."""

STARTED_FROM = (ReplayState.PLANNED, ReplayState.PAUSED, ReplayState.STOPPED)
PAUSED_FROM = (ReplayState.RUNNING,)
ABORTED_FROM = (*STARTED_FROM, ReplayState.RUNNING, ReplayState.COMPLETED)


class StateError(Exception):
    """A replay is not in a state in which this can be done."""


@dataclass(frozen=True)
class StoredReplay:
    """A replay.

    Attributes:
        sight: Whose jobs it is of.
        summary: What a plan says, in JSON: what is shown of it, and its manifest's schema.
        pace: As it was started last; None until then.
        counts: How many of its jobs are in which state, and how many are gone.
    """

    replay_id: str
    sight: Sight
    state: ReplayState
    summary: Mapping[str, Any]
    pace: ReplayPace | None
    held_back_s: float
    detail: str | None
    actor: Actor
    total: int
    created_at: datetime
    ended_at: datetime | None
    place: Place
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ReplayItem:
    """One of its jobs, counted from 1, with the fold of its source.

    Attributes:
        status: Of the replay's job; None where the tables have none.
    """

    number: int
    source_job_id: str
    job_id: str
    status: str | None
    source_fold: str | None


@dataclass(frozen=True)
class FailedItem:
    """One of its jobs that has failed, counted from 1, with the fold of the replay's own job."""

    number: int
    source_job_id: str
    job_id: str
    fold: str
