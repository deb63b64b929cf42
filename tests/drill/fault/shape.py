"""What a fault is: how it is planted and taken away, who must be told, and what is said of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.drill.site import Site

Plant = Callable[[Site], AbstractContextManager[None]]
"""Plants a fault when its context is entered, and repairs it when that is left."""


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        fires: The alerts that must fire, and end after the repair.
        says: What `brainshare explain` must say, in whatever case: it names the cause.
        beside: Alerts that may page besides, because what they tell is so, too.
        within: By when they must fire, as a duration in earnest: their rule's windows, and what
            it takes until those hold enough of it.
    """

    name: str
    plant: Plant
    fires: tuple[str, ...]
    says: str
    beside: tuple[str, ...] = ()
    within: str = "10m"

    def is_named_by(self, sentence: str) -> bool:
        """Whether a sentence names the cause."""
        return self.says.lower() in sentence.lower()


class CannotPlantError(Exception):
    """This machine has not what the fault needs; the message says what."""
