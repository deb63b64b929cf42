"""What is seen of a stack at a moment, and what may be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.cli.explanation.metrics import Metrics

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
    """

    gateway: Metrics | None
    workers: Mapping[str, Metrics | None]
    now: float
    absence: Absence = GATEWAY_DOWN

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

    def worst_stage(self, name: str, least: float) -> tuple[str, float] | None:
        """The stage with the most of something, by the gateway, where that is more than `least`."""
        found = [] if self.gateway is None else self.gateway.find(P + name)
        worst = max(((v, s["stage"]) for s, v in found), default=(0.0, ""))
        return (worst[1], worst[0]) if worst[0] > least else None
