"""When somebody is told of an alert, as Alertmanager does it: by groups, after a wait. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.drill.inhibition import Labels

GROUP_WAIT, GROUP_INTERVAL = "30s", "5m"
"""Alertmanager's own, where its configuration names no others."""

Group = tuple[str, ...]


@dataclass
class Notifications:
    """Tells of groups: first after a wait, then at an interval for as long as one fires.

    What is silenced when a group is told of is left out, and told the next time if it still fires.

    Attributes:
        group_by: The labels that make a group.
        wait_s: From the first alert of a group until it is told of.
        interval_s: From then on.
    """

    group_by: Sequence[str]
    wait_s: float
    interval_s: float
    _due_at: dict[Group, float] = field(default_factory=dict)

    def tell(self, firing: Iterable[Labels], audible: Iterable[Labels], now: float) -> list[Labels]:
        """Those that are told of now.

        Args:
            now: Of any clock that only goes forward, in seconds.
        """
        there = {self._group(labels) for labels in firing}
        self._due_at = {
            group: self._due_at.get(group, now + self.wait_s) for group in sorted(there)
        }
        due = {group for group, at in self._due_at.items() if now >= at}
        self._due_at |= dict.fromkeys(due, now + self.interval_s)
        return [labels for labels in audible if self._group(labels) in due]

    def _group(self, labels: Labels) -> Group:
        return tuple(labels.get(name, "") for name in self.group_by)


def read_notifications(config: Mapping[str, Any], seconds: Callable[[str], float]) -> Notifications:
    """Those of an Alertmanager's configuration.

    Args:
        seconds: Reads a duration at the pace of the drill.
    """
    route = config["route"]
    wait = route.get("group_wait", GROUP_WAIT)
    interval = route.get("group_interval", GROUP_INTERVAL)
    return Notifications(route["group_by"], seconds(wait), seconds(interval))
