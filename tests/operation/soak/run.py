"""Plants what was planned, when it is due, and takes it away again."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

import psutil

from services.lifecycle.clock import utc_now
from tests.operation.load import pause
from tests.operation.soak.plan import Planned
from tests.operation.soak.site import Site

CANNOT = (OSError, psutil.Error, sqlite3.Error)
"""What it was to hit was away just then, or is held by something else."""

Say = Callable[[str], None]


@dataclass
class Planted:
    """A fault that was on. Times are of the monotonic clock."""

    planned: Planned
    target: str
    begun_at: float
    ended_at: float = float("inf")


class Run:
    """The faults of one run.

    Attributes:
        planted: What was, oldest first.
        missed: What could not be, by its kind.
    """

    def __init__(self, site: Site, say: Say) -> None:
        self._site = site
        self._say = say
        self._begun: set[str] = set()
        self._open: dict[str, tuple[Planted, AbstractContextManager[str]]] = {}
        self.planted: list[Planted] = []
        self.missed: list[str] = []

    def carry_out(self, plan: list[Planned], seconds: float) -> None:
        """Go through the whole plan. Whatever ends it, no fault is left on."""
        begun_at = time.monotonic()
        with self._nothing_left():
            for at_s, planned in _moments(plan):
                pause(max(0.0, begun_at + at_s - time.monotonic()))
                if planned.seed not in self._begun:
                    self._begin(planned)
                elif planned.seed in self._open:
                    self._end(planned)
            pause(max(0.0, begun_at + seconds - time.monotonic()))

    def _begin(self, planned: Planned) -> None:
        self._begun.add(planned.seed)
        context = planned.kind.plant(self._site, Random(planned.seed))
        try:
            target = context.__enter__()
        except CANNOT as error:
            self.missed.append(planned.kind.name)
            self._say(_line(planned, f"could not be: {error!r}"))
            return
        planted = Planted(planned, target, time.monotonic())
        self.planted.append(planted)
        self._open[planned.seed] = planted, context
        self._say(_line(planned, target))

    def _end(self, planned: Planned) -> None:
        planted, context = self._open.pop(planned.seed)
        try:
            context.__exit__(None, None, None)
        except CANNOT as error:
            self._site.complaints.append(f"{planned.kind.name} could not be ended: {error!r}")
        planted.ended_at = time.monotonic()

    @contextmanager
    def _nothing_left(self) -> Iterator[None]:
        try:
            yield
        finally:
            for planted, _ in [*self._open.values()]:
                self._end(planted.planned)


def _moments(plan: list[Planned]) -> list[tuple[float, Planned]]:
    """When each fault begins and ends: what is at once does both, in this order."""
    both = [(at_s, planned) for planned in plan for at_s in (planned.at_s, planned.until_s)]
    return sorted(both, key=lambda moment: moment[0])


def _line(planned: Planned, target: str) -> str:
    lasts_s = planned.until_s - planned.at_s
    span = f" for {lasts_s:.0f} s" if lasts_s else ""
    now: datetime = utc_now()
    return f"{now:%H:%M:%S} {planned.at_s:6.0f} s  {planned.kind.name}: {target}{span}"
