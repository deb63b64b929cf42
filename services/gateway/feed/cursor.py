"""A place in the order of facts, as a text that clients keep. Another filling refuses it."""

import re
from dataclasses import dataclass

TEXT = re.compile(r"([0-9a-f]{1,32})-([0-9]{1,18})", re.ASCII)
OLDEST = "0"
"""As a cursor: before the oldest fact that there is."""


@dataclass(frozen=True)
class FeedCursor:
    """After so many facts of all jobs, in one filling of the tables."""

    projection_id: str
    place: int

    def __str__(self) -> str:
        """The cursor as clients see it."""
        return f"{self.projection_id}-{self.place}"


def read_feed_cursor(text: str) -> FeedCursor | None:
    """Read a cursor that a client gives back; None when it is none of ours."""
    match = TEXT.fullmatch(text.strip())
    return FeedCursor(match.group(1), int(match.group(2))) if match else None
