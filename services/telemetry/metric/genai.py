"""What we count of model calls under OpenTelemetry's names, worked out at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from services.telemetry.convention import genai
from services.telemetry.metric.llm import LLM_DURATION, LLM_INFO, LLM_TOKENS

DURATION = genai.name_for_prometheus(genai.DURATION, "seconds")
OF_CALLS, OF_TOKENS = (
    [genai.name_for_prometheus(label) for label in labels]
    for labels in (genai.OF_CALLS, genai.OF_TOKENS)
)


class GenAi(Collector):
    """Says once more, under those names, what a process has counted of its calls."""

    def collect(self) -> Iterator[Metric]:
        """The families, from our own as they are now."""
        told = next((s.labels for m in LLM_INFO.collect() for s in m.samples if s.value), None)
        labels = [genai.CHAT, told["profile"], told["model"]] if told else None
        for kind, name in genai.TOKENS.items():
            of_prometheus = genai.name_for_prometheus(name)
            meaning = f"Tokens ({kind}); convention name."
            family = CounterMetricFamily(of_prometheus, meaning, labels=OF_TOKENS)
            if labels:
                count = _sum(LLM_TOKENS.collect(), "_total", kind=kind)
                family.add_metric([*labels, genai.TEXT], count)
            yield family
        duration = HistogramMetricFamily(DURATION, "As LLM duration.", labels=OF_CALLS)
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
