"""The last guard: it knows no causes, only that records wait and nothing at all is folded."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from services.lifecycle.stillness import Stillness
from services.telemetry.log import get_log
from services.telemetry.metric import PROJECTOR_STILL

LOOK_S = 5.0
ANSWER_S = 5.0

log = get_log()


class Filling(Protocol):
    """Tables that are filled.

    Attributes:
        moved: Grows with everything that is folded.
    """

    waits_for_database: bool
    moved: int


class Projection(Protocol):
    """What is guarded."""

    @property
    def tables(self) -> Filling:
        """What it fills."""
        ...

    async def measure_own_lag(self) -> int:
        """How many records are there to be folded; raises where no broker answers."""
        ...


class StillnessGuard:
    """Says when the projection stands still for no reason that it knows of.

    A broker or a database that is away is a reason: a new process would find them no better.
    """

    def __init__(self, projection: Projection, stillness: Stillness) -> None:
        self._projection = projection
        self._stillness = stillness
        self._fault: str | None = None

    def find_fault(self) -> str | None:
        """What is wrong, None while nothing is. Any thread may ask."""
        return self._fault

    async def run(self, beat: Callable[[], None]) -> None:
        """Look every few seconds until cancelled, and tell each time that the loop runs."""
        while True:
            beat()
            await self.look()
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - its pace

    async def look(self) -> None:
        """Take in where the projection stands."""
        waiting, moved = await self._count_waiting(), self._projection.tables.moved
        has_reason = not waiting or self._projection.tables.waits_for_database
        still_s = self._stillness.look(moved=moved, has_reason=has_reason)
        PROJECTOR_STILL.set(still_s)
        if still_s > self._stillness.limit_s:
            self._fault = (
                f"{waiting} records wait in the topics, broker and database are there, and nothing"
                f" was folded into the tables for {self._stillness.limit_s:g} s"
            )

    async def _count_waiting(self) -> int | None:
        """None where no broker says it."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._projection.measure_own_lag()
        except Exception as error:  # whatever a client raises, it says nothing of the projection
            log.debug("lag_not_measured", error=repr(error))
            return None
