"""Where one can go from every page. A page that has a place of its own here adds a line."""

from dataclasses import dataclass

from services.gateway.access.permission import CONSOLE, may
from services.gateway.access.principal import Principal


@dataclass(frozen=True)
class Place:
    """A page that all others lead to.

    Attributes:
        operation: Who may do this is led there.
    """

    name: str
    path: str
    operation: str


JOBS = f"{CONSOLE}/jobs"
ERRORS = f"{CONSOLE}/errors"
REPLAYS = f"{CONSOLE}/replays"

PLACES = (
    Place("Jobs", JOBS, "listJobs"),
    Place("Replays", REPLAYS, "listReplays"),
    Place("Errors", ERRORS, "listErrors"),
)
"""The first one is the start page."""


def list_places(principal: Principal) -> tuple[Place, ...]:
    """Where somebody may go."""
    return tuple(place for place in PLACES if may(principal, place.operation))
