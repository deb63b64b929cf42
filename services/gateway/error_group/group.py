"""A group of errors, and where it stands. Pure."""

from dataclasses import dataclass
from datetime import datetime

from schemas.api.error_group import ErrorSource, GroupState


@dataclass(frozen=True)
class Decision:
    """What a person decided of a group.

    Attributes:
        state: Resolved or muted; a group of which nothing is decided is open.
    """

    state: GroupState
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Group:
    """Errors that are alike.

    Attributes:
        release: That of the process which failed last; None where it is not known.
    """

    fingerprint: str
    source: ErrorSource
    kind: str
    message: str
    count: int
    jobs: int
    tenants: int
    first: datetime
    last: datetime
    release: str | None = None
    decision: Decision | None = None

    @property
    def state(self) -> GroupState:
        """Where it stands: one that was called resolved and is seen again has regressed."""
        if self.decision is None:
            return GroupState.OPEN
        if self.decision.state is GroupState.RESOLVED and self.last > self.decision.at:
            return GroupState.REGRESSED
        return self.decision.state
