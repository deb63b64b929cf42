"""How far the tables are: what this gateway has folded, and what others have, as the tables say."""

import asyncio
from collections.abc import Mapping

from services.kafka import Position


class Progress:
    """Next offsets, and what is left of those that the topics held at the start.

    Attributes:
        caught_up: Set once nothing of it is left.
    """

    def __init__(self) -> None:
        self.positions: dict[Position, int] = {}
        self.caught_up = asyncio.Event()
        self._goal: dict[Position, int] = {}

    @property
    def is_open(self) -> bool:
        """Whether something that the topics held at the start is not folded yet."""
        return bool(self._goal)

    def begin(self, positions: Mapping[Position, int], ends: Mapping[Position, int]) -> None:
        """Begin at positions, to come up to the ends of the logs."""
        self.positions = dict(positions)
        self._goal = {at: last for at, last in ends.items() if last > self.positions[at]}

    def move(self, positions: Mapping[Position, int]) -> None:
        """Take in next offsets."""
        self.positions |= positions
        here = self.positions
        self._goal = {at: last for at, last in self._goal.items() if here[at] < last}
        if not self._goal:
            self.caught_up.set()

    def has_reached(self, ends: Mapping[Position, int]) -> bool:
        """Whether everything before the given offsets is folded."""
        return all(self.positions.get(at, 0) >= end for at, end in ends.items())

    def count_left(self, ends: Mapping[Position, int]) -> int:
        """How many offsets there are up to the given ones."""
        return sum(max(0, last - self.positions.get(at, 0)) for at, last in ends.items())
