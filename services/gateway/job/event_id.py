"""The ids of a live stream: they survive a restart, and a rebuild of the tables refuses them."""

import re
from dataclasses import dataclass

TEXT = re.compile(r"([0-9a-f]{1,32})-([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True)
class EventId:
    """What was true after so many facts of a job, in one filling of the tables."""

    projection_id: str
    sequence: int

    def __str__(self) -> str:
        """The id as clients see it."""
        return f"{self.projection_id}-{self.sequence}"


def read_event_id(text: str) -> EventId | None:
    """Read an id that a client gives back; None when it is none of ours."""
    match = TEXT.fullmatch(text.strip())
    return EventId(match.group(1), int(match.group(2))) if match else None
