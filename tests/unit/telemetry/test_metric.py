"""The catalogue of metrics: its form, its labels, and how it is exposed."""

import re

import pytest

from schemas.kafka.headers import ErrorKind
from services.failure.verdict import Failure
from services.telemetry import metric
from services.telemetry.metric import Family, list_families

CLOSED = {
    "action": "what was done about a finding, or is to be done to jobs",
    "area": "what a route is for",
    "check": "ids of checks",
    "dependency": "kafka, database",
    "kind": "of a job, or of tokens",
    "level": "steps of the ladder",
    "limit": "of the gateway's own limits",
    "lost": "which end of a log",
    "model": "the one that a worker asks",
    "of": "which limit of tokens",
    "outcome": "what something came to",
    "profile": "of model servers",
    "purpose": "of a job: job, replay, canary",
    "python": "its version",
    "reason": "kinds of errors, failures or refusals",
    "result": "of a key, or of resuming",
    "service": "of this project",
    "since": "day, month",
    "source": "tables, or shared",
    "stage": "the three",
    "state": "of a job",
    "topic_kind": "of topics",
    "version": "of this project",
    "worth": "of a first answer",
}
"""Every label that there is, with the closed set that it is of. Users fill none of them."""

OF_CONVENTION = {
    "input": "gen_ai_client_inference_usage_input_tokens_total",
    "output": "gen_ai_client_inference_usage_output_tokens_total",
    "cached": "gen_ai_client_inference_usage_cache_read_input_tokens_total",
    "reasoning": "gen_ai_client_inference_usage_reasoning_output_tokens_total",
}
"""As open-telemetry/semantic-conventions-genai 0.1.0 has them, and Prometheus writes them."""


@pytest.mark.parametrize("family", list_families(), ids=lambda family: family.name)
def test_a_metric_has_a_base_unit_a_sentence_and_closed_labels(family: Family) -> None:
    assert re.fullmatch(r"brainshare_[a-z_]+", family.name)
    assert (family.kind == "counter") == family.name.endswith("_total")
    assert not re.search(r"_(ms|millis|minutes|percent|kb|mb)(_|$)", family.name)
    assert family.meaning.endswith(".")
    assert set(family.labels) <= CLOSED.keys()


def test_what_may_happen_is_there_as_0() -> None:
    metric.show_stage("zero", "job", ["succeeded"], Failure, ErrorKind)
    text = metric.render_metrics()[0].decode()
    for line in (
        'brainshare_stage_processed_total{outcome="succeeded",purpose="job",stage="zero"} 0.0',
        'brainshare_stage_retries_total{purpose="job",reason="rate-limited",stage="zero"} 0.0',
        'brainshare_dead_letters_total{purpose="job",reason="deadline",stage="zero"} 0.0',
    ):
        assert line in text


def test_who_takes_openmetrics_gets_exemplars() -> None:
    metric.STAGE_DURATION.labels("traced").observe(0.2, {"trace_id": "0af7651916cd43dd"})
    body, content_type = metric.render_metrics("application/openmetrics-text;version=1.0.0,*/*")
    assert content_type.startswith("application/openmetrics-text")
    assert b'# {trace_id="0af7651916cd43dd"} 0.2' in body
    plain, content_type = metric.render_metrics("*/*")
    assert content_type.startswith("text/plain")
    assert b"0af7651916cd43dd" not in plain


def test_the_convention_s_names_say_what_ours_say() -> None:
    metric.LLM_INFO.labels("genai", "openai", "gpt-5-mini").set(1)
    before = {name: _read(name) for name in OF_CONVENTION.values()}
    for number, kind in enumerate(OF_CONVENTION, 1):
        metric.LLM_TOKENS.labels("genai", kind).inc(number)
    metric.LLM_DURATION.labels("genai").observe(0.3)
    more = {kind: _read(name) - before[name] for kind, name in OF_CONVENTION.items()}
    assert more == {"input": 1, "output": 2, "cached": 3, "reasoning": 4}
    assert _read("gen_ai_client_inference_duration_seconds_count") >= 1


def test_a_thousand_names_of_models_are_one_series_a_worker() -> None:
    for number in range(1000):
        metric.tell_model("bounded", "openai", f"model-{number}")
    text = metric.render_metrics()[0].decode()
    told = [line for line in text.splitlines() if "llm_info{" in line and '"bounded"' in line]
    assert told == ['brainshare_llm_info{model="model-999",profile="openai",stage="bounded"} 1.0']


def _read(name: str) -> float:
    lines = metric.render_metrics()[0].decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(f"{name}{{"))
