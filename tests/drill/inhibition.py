"""Which alerts are silent because another one fires, by the rules of alertmanager.yml. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"(.*)"')

Labels = Mapping[str, str]


def matches(labels: Labels, matcher: str) -> bool:
    """Whether labels fulfil a matcher of Alertmanager, such as cause=~"broker|provider".

    Raises:
        ValueError: It is none.
    """
    found = MATCHER.fullmatch(matcher)
    if found is None:
        raise ValueError(f"{matcher!r} is no matcher")
    name, sign, wanted = found.groups()
    value = labels.get(name, "")
    is_met = re.fullmatch(wanted, value) is not None if "~" in sign else value == wanted
    return is_met != sign.startswith("!")


@dataclass(frozen=True)
class Inhibition:
    """While an alert fires that `source` matches, those are silent that `target` matches.

    Attributes:
        equal: Labels that must be the same in both.
    """

    source: Sequence[str]
    target: Sequence[str]
    equal: Sequence[str] = ()

    def silences(self, source: Labels, target: Labels) -> bool:
        """Whether one alert makes another silent; none silences itself where it matches both."""
        if source == target or not self._is(self.source, source):
            return False
        is_both = self._is(self.source, target) and self._is(self.target, source)
        is_same = all(source.get(name, "") == target.get(name, "") for name in self.equal)
        return self._is(self.target, target) and is_same and not is_both

    def _is(self, matchers: Sequence[str], labels: Labels) -> bool:
        return all(matches(labels, matcher) for matcher in matchers)


def read_inhibitions(config: Mapping[str, Any]) -> list[Inhibition]:
    """Those of an Alertmanager's configuration."""
    rules = config.get("inhibit_rules", ())
    return [
        Inhibition(rule["source_matchers"], rule["target_matchers"], rule.get("equal", ()))
        for rule in rules
    ]


def find_audible(firing: Sequence[Labels], inhibitions: Iterable[Inhibition]) -> list[Labels]:
    """The alerts of which somebody is told."""
    rules = list(inhibitions)
    return [
        labels
        for labels in firing
        if not any(rule.silences(other, labels) for rule in rules for other in firing)
    ]
