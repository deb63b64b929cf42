"""Looks at Prometheus again and again: which alerts fire, and of which somebody is told."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from tests.drill.inhibition import Inhibition, Labels, find_audible
from tests.drill.notification import Notifications
from tests.stack import wait_until

LOOK_S = 0.25
ALWAYS = "Watchdog"
PLANNED = frozenset({"TargetDown", "StageDown"})
"""What a restart makes fire. In earnest it is over before anybody would be told."""

Ask = Callable[[], Sequence[dict[str, Any]]]
"""The alerts of now, as Prometheus gives them."""

Instance = frozenset[tuple[str, str]]
"""One alert of a rule, by its labels."""


class Watch:
    """Alerts as they come and go. Times are of the monotonic clock.

    Args:
        is_restarting: Whether the drill itself starts a service again, as a person does. How long
            that takes is not shortened, and a person has said so to Alertmanager: what begins to
            fire for it is silent until it ends.

    Attributes:
        firing: Since when each fires that does, silent ones, too.
        ended: When each ended that has fired and does not now.
        paging: Pages that nothing silences now.
        paged: Those of which somebody was told since it was last begun, oldest first.
    """

    def __init__(
        self,
        ask: Ask,
        inhibitions: Sequence[Inhibition],
        notifications: Notifications,
        is_restarting: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._inhibitions = inhibitions
        self._notifications = notifications
        self._is_restarting = is_restarting
        self._clock = clock
        self._seen: set[Instance] = set()
        self._planned: set[Instance] = set()
        self._is_over = Event()
        self._has_looked = False
        self.firing: dict[str, float] = {}
        self.ended: dict[str, float] = {}
        self.paging: set[str] = set()
        self.paged: list[str] = []

    @contextmanager
    def looking(self) -> Iterator["Watch"]:
        """Look until the end, beside all else."""
        thread = Thread(target=self._look_on)
        thread.start()
        try:
            yield self
        finally:
            self._is_over.set()
            thread.join()

    def _look_on(self) -> None:
        while not self._is_over.wait(LOOK_S):
            try:
                self.look()
            except Exception:  # whatever it is, a look that is missed is told by the next one
                continue

    def begin(self) -> None:
        """Forget what has paged."""
        self.paged = []

    def look(self) -> None:
        """Look once."""
        alerts = [alert["labels"] for alert in self._ask() if alert["state"] == "firing"]
        firing: list[Labels] = [labels for labels in alerts if labels["alertname"] != ALWAYS]
        now, names = self._clock(), {labels["alertname"] for labels in firing}
        self.ended |= dict.fromkeys(self.firing.keys() - names, now)
        self.firing = {name: self.firing.get(name, now) for name in sorted(names)}
        self._note_planned(firing)
        audible = [
            labels
            for labels in find_audible(firing, self._inhibitions)
            if _name(labels) not in self._planned
        ]
        pages = [labels for labels in audible if labels["severity"] == "page"]
        self.paging = {labels["alertname"] for labels in pages}
        told = {one["alertname"] for one in self._notifications.tell(firing, pages, now)}
        self.paged += sorted(told - set(self.paged))
        self._has_looked = True

    def _note_planned(self, firing: Sequence[Labels]) -> None:
        """Keep what a restart has made fire, for as long as it does."""
        names = {_name(labels) for labels in firing if labels["alertname"] in PLANNED}
        if self._is_restarting():
            self._planned |= names - self._seen
        self._planned &= names
        self._seen = names

    def time_fired(self, name: str, since: float) -> float | None:
        """How long after a moment an alert fired; None where it does not."""
        at = self.firing.get(name)
        return None if at is None else max(0.0, at - since)

    def time_ended(self, name: str, since: float) -> float | None:
        """How long after a moment an alert ended; None where it fires, or never has."""
        at = None if name in self.firing else self.ended.get(name)
        return None if at is None else max(0.0, at - since)

    def is_quiet(self, names: Sequence[str]) -> bool:
        """Whether nobody is paged, and none of these fires; not before it has looked."""
        return self._has_looked and not self.paging and not self.firing.keys() & set(names)


def _name(labels: Labels) -> Instance:
    return frozenset(labels.items())


def happens(condition: Callable[[], object], seconds: float) -> bool:
    """Wait for something, with a bound, and say whether it came."""
    try:
        wait_until(condition, seconds, "")
    except AssertionError:
        return False
    return True
