"""What an alert says: of what, how much, what is left and until when, as Prometheus fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.unit.deploy.prometheus.conftest import ask, judge
from tests.unit.deploy.prometheus.rule_case import CASES, OF_AN_AGENT, Series
from tests.unit.deploy.prometheus.test_rule import RULES
from tests.unit.deploy.query import ALERTS, name_rules

RULE = name_rules(ALERTS)
LOOK_MIN = 5
NOT_FILLED_IN = ("<no value>", "error expanding", "%!")


@dataclass(frozen=True)
class Told:
    """An alert at a moment.

    Attributes:
        of: Its labels beside those of its rule.
    """

    name: str
    at: str
    series: Series
    summary: str
    description: str = ""
    of: Mapping[str, str] = field(default_factory=dict)


def _jobs(failed: str, completed: str) -> Series:
    name = 'brainshare_jobs_finished_total{kind="new",outcome="%s"}'
    return {name % "failed": failed, name % "completed": completed}


HALF_FAIL = CASES["JobSuccessBurnHour"].fires
A_QUARTER_FAILS = _jobs("0x60 0+1x120", "0+300x60 18000+3x120")
"""After an hour in which all of many jobs came through, so that of the month little is used up."""

TOLD = (
    Told(
        "JobSuccessBurnHour",
        "30m",
        HALF_FAIL,
        "In the last 1h 50% of jobs failed; 1 % is what the month may have.",
        "The budget of 30 days is used up.",
    ),
    Told(
        "JobSuccessBurnHour",
        "170m",
        A_QUARTER_FAILS,
        "In the last 1h 25% of jobs failed; 1 % is what the month may have.",
        "40.88% of the budget of 30 days is left, and is used up in 11h 46m 20s if it goes on as in"
        " the last 1h.",
    ),
    Told(
        "ProviderOutage",
        "5m",
        CASES["ProviderOutage"].fires,
        "The model provider openai is down: calls fail, stages wait for it.",
        of={"profile": "openai", "provider": "openai"},
    ),
    Told(
        "StageDown",
        "10m",
        CASES["StageDown"].fires,
        "No worker of the stage table has partitions.",
        of={"stage": "table"},
    ),
    Told(
        "TargetDown",
        "5m",
        CASES["TargetDown"].fires,
        "Prometheus gets no metrics from a:1.",
        of={"job": "brainshare-agent", "instance": "a:1"},
    ),
    Told(
        "CanaryStale",
        "10m",
        {OF_AN_AGENT: "0x60"},
        "No canary has come through for 5 minutes.",
        of={"job": "brainshare-gateway"},
    ),
)


def test_an_alert_says_of_what_how_much_and_what_is_left(promtool: str, tmp_path: Path) -> None:
    tests = [_write(told.name, told.series, told.at, [_expect(told)]) for told in TOLD]
    ask(promtool, "test", "rules", _save(tests, tmp_path))


def test_nothing_that_an_alert_says_is_left_open(promtool: str, tmp_path: Path) -> None:
    """Each is expected not to fire, so that promtool tells all that it says.

    Few looks at the rules do, and take a fifth of the time; an alert is then there a look later.
    """
    tests = [_write(name, case.fires, _next_look(case.at), []) for name, case in CASES.items()]
    _, said = judge(promtool, "test", "rules", _save(tests, tmp_path, LOOK_MIN))
    for name in CASES:
        assert f'alertname="{name}"' in said
    for odd in NOT_FILLED_IN:
        assert odd not in said


def _expect(told: Told) -> dict[str, Any]:
    rule = RULE[told.name]
    words = {"summary": told.summary, "description": told.description}
    links = {name: rule["annotations"][name] for name in ("runbook", "dashboard")}
    return {
        "exp_labels": {**rule["labels"], **told.of},
        "exp_annotations": {k: v for k, v in words.items() if v} | links,
    }


def _write(name: str, series: Series, at: str, expected: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "interval": "1m",
        "input_series": [{"series": s, "values": v} for s, v in series.items()],
        "alert_rule_test": [{"eval_time": at, "alertname": name, "exp_alerts": expected}],
    }


def _next_look(at: str) -> str:
    return f"{LOOK_MIN * (int(at.removesuffix('m')) // LOOK_MIN + 1)}m"


def _save(tests: list[dict[str, Any]], folder: Path, look_min: int = 1) -> Path:
    file = folder / "cases.yml"
    # Else promtool takes the groups as it likes: what is left is of now, or a look old.
    recorded_first = [yaml.safe_load(rule.read_text())["groups"] for rule in reversed(RULES)]
    told = {
        "rule_files": [str(rule) for rule in RULES],
        "evaluation_interval": f"{look_min}m",
        "group_eval_order": [group["name"] for groups in recorded_first for group in groups],
    }
    file.write_text(yaml.safe_dump(told | {"tests": tests}, sort_keys=False))
    return file
