"""Which metrics, edges and rules a query names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser
import yaml

from services.telemetry.metric import list_families

PROMETHEUS = Path(__file__).parents[3] / "deploy" / "prometheus"
FOREIGN = {
    "ALERTS",
    "up",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
}
"""What others export: Prometheus itself, and its client library."""

VARIABLES = {
    "$__rate_interval": "1m",
    '"$stage"': '".*"',
}
FAMILIES = {name: family for family in list_families() for name in family.samples}


@dataclass(frozen=True)
class Selector:
    """A metric as a query selects it, with its matchers."""

    name: str
    labels: frozenset[str]
    le: str | None


def fill_in(query: str) -> str:
    """The query with values in place of Grafana's variables."""
    for variable, value in VARIABLES.items():
        query = query.replace(variable, value)
    return query


def selectors(query: str) -> list[Selector]:
    """All that a query selects. Raises ValueError where it is no PromQL."""
    found: list[Selector] = []
    _walk(promql_parser.parse(fill_in(query)), found)
    return found


def _walk(node: Any, found: list[Selector]) -> None:
    selector = getattr(node, "vector_selector", None) or (
        node if hasattr(node, "matchers") and hasattr(node, "name") else None
    )
    if selector is not None:
        matchers = list(selector.matchers.matchers)
        le = next((m.value for m in matchers if m.name == "le"), None)
        found.append(Selector(selector.name, frozenset(m.name for m in matchers), le))
        return
    for part in ("expr", "lhs", "rhs", "args", "param"):
        below = getattr(node, part, None)
        for one in below if isinstance(below, list) else [below]:
            if one is not None and not isinstance(one, str | int | float):
                _walk(one, found)


def read_rules() -> list[dict[str, Any]]:
    """Every rule, of alerts and of records."""
    files = sorted((PROMETHEUS / "rules").glob("*.yml"))
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def name_rules(rules: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rules by what they are called."""
    return {rule.get("alert") or rule["record"]: rule for rule in rules}


ALERTS = [rule for rule in read_rules() if "alert" in rule]
RECORDS = {rule["record"]: rule["expr"] for rule in read_rules() if "record" in rule}


def complain(query: str) -> list[str]:
    """What is wrong with a query: names, labels or edges that there are not."""
    wrong = []
    for selector in selectors(query):
        family = FAMILIES.get(selector.name)
        if family is None:
            if selector.name not in FOREIGN | RECORDS.keys():
                wrong.append(f"{selector.name} is exported by nobody")
            continue
        known = {*family.labels, "le", "instance", "job"}
        wrong += [f"{selector.name} has no {name}" for name in selector.labels - known]
        if selector.le is not None and not _is_edge(selector.le, family.buckets):
            wrong.append(f"{selector.le} is no edge of {selector.name}")
        if family.kind == "counter" and not re.search(
            rf"(rate|increase)\({selector.name}\b", query
        ):
            wrong.append(f"{selector.name} is a counter, and neither rate nor increase is taken")
    return wrong


def _is_edge(le: str, edges: tuple[str, ...]) -> bool:
    return le.endswith(".0") and le.removesuffix(".0") in edges
