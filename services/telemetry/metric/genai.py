"""What we count of model calls under OpenTelemetry's names, worked out at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from services.telemetry.convention.genai import CHAT, DURATION, LABELS, TOKENS
from services.telemetry.metric.llm import LLM_DURATION, LLM_INFO, LLM_TOKENS


class GenAi(Collector):
    """Says once more, under those names, what a process has counted of its calls."""

    def collect(self) -> Iterator[Metric]:
        """The families, from our own as they are now."""
        told = next((s.labels for m in LLM_INFO.collect() for s in m.samples if s.value), None)
        labels = [CHAT, told["profile"], told["model"]] if told else None
        for kind, name in TOKENS.items():
            family = CounterMetricFamily(name, f"Tokens ({kind}); convention name.", labels=LABELS)
            if labels:
                family.add_metric(labels, _sum(LLM_TOKENS.collect(), "_total", kind=kind))
            yield family
        duration = HistogramMetricFamily(DURATION, "As LLM duration.", labels=LABELS)
        if labels:
            found = list(LLM_DURATION.collect())
            edges = [s.labels["le"] for m in found for s in m.samples if "le" in s.labels]
            buckets = [(le, _sum(found, "_bucket", le=le)) for le in dict.fromkeys(edges)]
            if buckets:
                duration.add_metric(labels, buckets, _sum(found, "_sum"))
        yield duration


def _sum(metrics: object, suffix: str, **where: str) -> float:
    return sum(
        sample.value
        for metric in metrics  # type: ignore[attr-defined]
        for sample in metric.samples
        if sample.name.endswith(suffix) and where.items() <= sample.labels.items()
    )


GENAI = GenAi()
