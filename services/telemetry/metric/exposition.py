"""What is exported of every process: its build, its spans, and all its metrics as text."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    Counter,
    Gauge,
    disable_created_metrics,
)
from prometheus_client import exposition as _text
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.openmetrics import exposition as _openmetrics

from services.telemetry.metric.genai import GENAI

disable_created_metrics()  # type: ignore[no-untyped-call]

PREFIX = "brainshare_"
OPENMETRICS = "application/openmetrics-text"

BUILD_INFO = Gauge("brainshare_build_info", "Always 1.", ["service", "version", "python"])
TRACE_SPANS = Counter(
    "brainshare_trace_spans_total",
    "Spans given to the receiver of traces, by what came of it: sent, failed.",
    ["outcome"],
)
REGISTRY.register(GENAI)


@dataclass(frozen=True)
class Family:
    """A metric of the catalogue.

    Attributes:
        name: As it is written in a query; a histogram's without `_bucket`.
        kind: counter, gauge or histogram.
        buckets: The edges of a histogram, as `le` says them; empty for others.
    """

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str
    buckets: tuple[str, ...] = ()

    @property
    def samples(self) -> tuple[str, ...]:
        """The names that a query may hold."""
        parts = ("_bucket", "_sum", "_count") if self.kind == "histogram" else ("",)
        return tuple(f"{self.name}{part}" for part in parts)


def tell_build(service: str) -> None:
    """Export which build this process runs."""
    BUILD_INFO.labels(service, version("brainshare"), platform.python_version()).set(1)


def render_metrics(accept: str = "") -> tuple[bytes, str]:
    """All metrics of this process as (body, content type).

    Args:
        accept: The header of who asks; Prometheus asks for OpenMetrics, which holds exemplars.
    """
    if OPENMETRICS in accept:
        return _openmetrics.generate_latest(REGISTRY), _openmetrics.CONTENT_TYPE_LATEST  # type: ignore[no-untyped-call]
    return _text.generate_latest(REGISTRY), CONTENT_TYPE_LATEST


def list_families() -> list[Family]:
    """The catalogue, by name."""
    return sorted(_read_families(), key=lambda family: family.name)


def _read_families() -> Iterator[Family]:
    for collector in REGISTRY._collector_to_names:
        if isinstance(collector, MetricWrapperBase) and collector._name.startswith(PREFIX):
            name = f"{collector._name}_total" if collector._type == "counter" else collector._name
            edges = tuple(
                f"{edge:g}" for edge in getattr(collector, "_kwargs", {}).get("buckets", ())
            )
            labels = tuple(collector._labelnames)
            yield Family(name, str(collector._type), labels, collector._documentation, edges)
