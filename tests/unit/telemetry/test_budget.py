"""The most series that a process can ever export, were everything to happen that there is."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from math import prod
from pathlib import Path

import pytest

import services
from deploy.metric_name import resolve
from services.llm.call_metric import observe_usage
from services.telemetry import metric
from services.telemetry.metric import Family, list_families
from services.telemetry.metric.genai import GENAI
from tests.unit.telemetry.label_value import LABEL_VALUES, STAGES

ROOT = Path(services.__file__).parent
CONSTANT = re.compile(r"\b[A-Z][A-Z_]+\b")
OF_CATALOGUE = re.compile(
    r"from services\.telemetry\.metric import (?:\([^)]*\)|.*)|\bmetric\.[A-Z_]+"
)
CONSTANTS = [name for name in vars(metric) if hasattr(getattr(metric, name), "_labelnames")]
FAMILIES = {family.name: family for family in list_families()}
BY_ALL = {"BUILD_INFO", "TRACE_SPANS"}
WRITTEN_IN = {
    "gateway": ("gateway", "kafka"),
    "agent": ("stage_runtime", "llm", "kafka"),
}
BY_FUNCTION = {"gateway": BY_ALL, "agent": BY_ALL | {"LLM_INFO", "DEAD_LETTERS"}}
"""What is written by a function of the catalogue."""
STAGES_OF = {"gateway": len(STAGES), "agent": 1}
BUDGET = {"gateway": 400, "agent": 600}


@cache
def find_written(process: str) -> frozenset[str]:
    """The constants that a process' source names, and so may fill."""
    files = chain.from_iterable((ROOT / room).rglob("*.py") for room in WRITTEN_IN[process])
    places = (place for file in files for place in OF_CATALOGUE.findall(file.read_text()))
    named = {name for place in places for name in CONSTANT.findall(place)}
    return frozenset(named & {*CONSTANTS} | BY_FUNCTION[process])


def count_most(process: str) -> int:
    """The families of the catalogue, and what each agent tells under OpenTelemetry's names."""
    return sum(_count_families(process)) + (_count_convention() if process == "agent" else 0)


def _count_families(process: str) -> Iterator[int]:
    for constant in CONSTANTS:
        family = find_family(constant)
        # One without labels is there from the beginning, whoever fills it.
        if not family.labels or constant in find_written(process):
            values = LABEL_VALUES.get(constant, {})
            stages = STAGES_OF[process] if "stage" in family.labels else 1
            yield stages * prod(map(len, values.values())) * _count_samples(family)


def find_family(constant: str) -> Family:
    """The metric of a constant; a histogram's buckets are named like it."""
    return FAMILIES[resolve(f"@{constant}")]


def _count_samples(family: Family) -> int:
    beyond, total_and_count = 1, 2
    return len(family.buckets) + beyond + total_and_count if family.kind == "histogram" else 1


def _count_convention() -> int:
    metric.tell_model("budget", "openai", "one")
    metric.LLM_DURATION.labels("budget").observe(1)
    observe_usage("budget")
    return sum(len(family.samples) for family in GENAI.collect())


def test_the_values_of_every_label_are_known() -> None:
    known = {name: {*values} for name, values in LABEL_VALUES.items()}
    labels = {name: {*find_family(name).labels} - {"stage"} for name in CONSTANTS}
    assert {name: some for name, some in labels.items() if some} == known


def test_every_metric_with_labels_is_of_the_gateway_or_of_an_agent() -> None:
    written = find_written("gateway") | find_written("agent")
    assert {name for name in CONSTANTS if find_family(name).labels} - written == set()


@pytest.mark.parametrize("process", BUDGET)
def test_whatever_happens_a_process_exports_no_more_series_than_its_budget(process: str) -> None:
    """All routes, outcomes, failures, checks and stages: no load of a test has to meet them."""
    most = count_most(process)
    assert BUDGET[process] / 2 < most < BUDGET[process]
