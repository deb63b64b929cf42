"""Switches off what is measured of a stack: its metrics, its log, its looks and its canary."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

METRICS, LOGS, PROBE, CANARY = "metrics", "logs", "probe", "canary"
PARTS = (METRICS, LOGS, PROBE, CANARY)

OFF: Mapping[str, Mapping[str, str]] = {
    METRICS: {},
    LOGS: {"BRAINSHARE_LOG_LEVEL": "critical"},
    PROBE: {"GATEWAY_PROBE_S": "300"},
    CANARY: {"GATEWAY_CANARY_S": "0"},
}
"""The settings that switch a part off. Metrics have none: nobody should run without."""

ON: Mapping[str, Mapping[str, str]] = {CANARY: {"GATEWAY_CANARY_S": "60"}}
"""The settings of a part where a stack of tests has others than the defaults."""

WITHOUT_METRICS = '''"""Counts nothing: what metrics do is taken away before any is made."""

from prometheus_client import metrics

ACTS = ("inc", "dec", "set", "observe", "set_function", "remove", "remove_by_labels")

for kind in (metrics.Counter, metrics.Gauge, metrics.Histogram):
    for act in ACTS:
        if hasattr(kind, act):
            setattr(kind, act, lambda *_, **__: None)
metrics.MetricWrapperBase.labels = lambda self, *_, **__: self
metrics.MetricWrapperBase._raise_if_not_observable = lambda self: None
'''


@dataclass(frozen=True)
class Variant:
    """What is on."""

    name: str
    parts: tuple[str, ...]

    @property
    def is_scraped(self) -> bool:
        """Whether somebody asks for the metrics, as Prometheus does."""
        return METRICS in self.parts

    def write_env(self, folder: Path) -> dict[str, str]:
        """The environment of such a stack.

        Args:
            folder: Where Python finds what it is to do before all else.
        """
        env: dict[str, str] = {}
        for part in PARTS:
            env |= (ON if part in self.parts else OFF).get(part, {})
        if METRICS not in self.parts:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "sitecustomize.py").write_text(WITHOUT_METRICS, encoding="utf-8")
            env["PYTHONPATH"] = str(folder)
        return env


NONE, ALL = Variant("none of it", ()), Variant("all of it", PARTS)


def list_variants(*, is_each: bool) -> list[Variant]:
    """What is measured side by side."""
    single = [Variant(f"{part} alone", (part,)) for part in PARTS] if is_each else []
    return [NONE, ALL, *single]
