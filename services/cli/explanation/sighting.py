"""What is seen of a stack at a moment, and what may be wrong with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.cli.explanation.metrics import Metrics
from services.cli.explanation.quantile import find_quantile

FEW_CALLS = 5
"""Of fewer no average is told."""

P = "brainshare_"
"""How the names of our metrics begin."""


@dataclass(frozen=True)
class Cause:
    """What is wrong, what to do about it, and the alert whose section in the runbook helps."""

    what: str
    do: str
    alert: str | None


@dataclass(frozen=True)
class Absence:
    """Why a gateway does not answer; `told` in a few words."""

    told: str
    cause: Cause


GATEWAY_DOWN = Absence(
    "the gateway does not answer",
    Cause("The gateway is down", "`brainshare logs gateway` says why", "TargetDown"),
)


@dataclass(frozen=True)
class Sighting:
    """What is seen at a moment.

    Attributes:
        gateway: None where it does not answer.
        workers: By name; None for one that does not answer.
        now: Unix time.
        absence: What is known of a gateway that does not answer.
        full_disk: The folder of the stack whose disk is full; "" where there is none, or none full.
        reasons: By name, the workers that are parked, and what they say why.
        is_elsewhere: Whether they write their logs where no command of ours reads them.
    """

    gateway: Metrics | None
    workers: Mapping[str, Metrics | None]
    now: float
    absence: Absence = GATEWAY_DOWN
    full_disk: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    is_elsewhere: bool = False

    @property
    def seen(self) -> list[tuple[str, Metrics]]:
        """The workers that answer."""
        return [(name, found) for name, found in self.workers.items() if found is not None]

    @property
    def silent(self) -> list[str]:
        """The workers that do not answer."""
        return [name for name, found in self.workers.items() if found is None]

    def age_s(self, name: str) -> float | None:
        """How long ago something was, by the gateway; None where it was never."""
        at = None if self.gateway is None else self.gateway.most(P + name)
        return self.now - at if at else None

    def stages_with(self, name: str, least: float = 1) -> list[str]:
        """Stages of which a worker exports at least this."""
        found = (s for _, m in self.seen for s in m.find(P + name))
        return sorted({labels["stage"] for labels, value in found if value >= least})

    def why_with(self, name: str) -> str:
        """What the first worker says that is parked and exports 1; "" where none says more."""
        told = (self.reasons.get(w, "") for w, m in self.seen if m.most(P + name) == 1)
        return next(filter(None, told), "")

    def is_away(self, dependency: str) -> bool:
        """Whether the gateway says that it cannot work with Kafka, or its database, now."""
        told = (self.gateway or Metrics()).find(f"{P}dependency_up", dependency=dependency)
        return any(value == 0 for _, value in told)

    @property
    def recent_calls(self) -> dict[str, dict[str, float]]:
        """By stage: its model calls of the last minute, by how they ended."""
        calls: dict[str, dict[str, float]] = {}
        for _, found in self.seen:
            for labels, value in found.find(f"{P}llm_recent_requests"):
                of_stage = calls.setdefault(labels["stage"], {})
                of_stage[labels["outcome"]] = of_stage.get(labels["outcome"], 0) + value
        return calls

    @property
    def call_seconds(self) -> dict[str, tuple[float, float]]:
        """By stage: what a call took on average in the last minute, and what it takes as a rule.

        That is what a quarter of all calls took at most, so that a time in which all were slow
        does not become the rule. A stage is left out of which too few calls are known.
        """
        seconds = {}
        for stage, calls in self.recent_calls.items():
            now, now_s = sum(calls.values()), self._sum("llm_recent_duration_seconds", stage)
            before = self._sum("llm_duration_seconds_count", stage) - now
            usual_s = find_quantile(self._count_by_edge("llm_duration_seconds_bucket", stage), 0.25)
            if now >= FEW_CALLS and before >= FEW_CALLS and usual_s is not None:
                seconds[stage] = now_s / now, usual_s
        return seconds

    def _count_by_edge(self, name: str, stage: str) -> Counter[float]:
        counts = Counter[float]()
        for _, found in self.seen:
            for labels, count in found.find(P + name, stage=stage):
                counts[float(labels["le"])] += int(count)
        return counts

    def _sum(self, name: str, stage: str) -> float:
        return sum(found.total(P + name, stage=stage) for _, found in self.seen)

    def worst_stage(self, name: str, least: float) -> tuple[str, float] | None:
        """The stage with the most of something, by the gateway, where that is more than `least`."""
        found = [] if self.gateway is None else self.gateway.find(P + name)
        worst = max(((v, s["stage"]) for s, v in found), default=(0.0, ""))
        return (worst[1], worst[0]) if worst[0] > least else None
