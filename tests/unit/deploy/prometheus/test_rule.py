"""The rules: what they name exists, and each alert fires when it should and at no other time."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana.generate import BOARDS
from deploy.prometheus.generate import OF_KUBERNETES, render_resource
from schemas.job.purpose import Purpose
from tests.unit.deploy.prometheus.conftest import ask
from tests.unit.deploy.prometheus.rule_case import CASES, OF_AN_AGENT, Case, Series
from tests.unit.deploy.query import ALERTS, PROMETHEUS, complain, read_rules

NAMES = [rule["alert"] for rule in ALERTS]
ALWAYS = "Watchdog"
APART = (Purpose.REPLAY, Purpose.CANARY)
QUIET_AT = ("10m", "40m")
OF_STAGES = (
    "DeadLetters",
    "DeadLetterRatioHigh",
    "RetryStorm",
    "ModelErrors",
    "ModelRateLimited",
)
"""Alerts of what agents count of shadow replays and canaries, too, and that are not for those."""

A_QUIET_NIGHT = {
    'brainshare_jobs_finished_total{kind="new",outcome="failed"}': "0x30 1x90",
    'brainshare_jobs_finished_total{kind="new",outcome="completed"}': "0x120",
    'brainshare_stage_processed_total{stage="row",outcome="dead_lettered",purpose="job"}': (
        "0x30 1x90"
    ),
    'brainshare_dead_letters_total{stage="row",reason="refused",purpose="job"}': "0x30 1x90",
    'brainshare_canary_last_success_timestamp_seconds{job="brainshare-gateway"}': "0+60x120",
    **{
        f'brainshare_partitions_assigned{{stage="{stage}"}}': "6x120"
        for stage in ("table", "column", "row")
    },
}
"""One job fails, and nobody else posts any."""

PAGING = 'count(ALERTS{alertstate="firing",severity="page"})'
KAFKA_IS_BACK = 'brainshare_dependency_up{dependency="kafka"}'
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))


@pytest.mark.parametrize("rule", read_rules(), ids=lambda r: r.get("alert") or r["record"])
def test_a_rule_names_what_is_exported(rule: dict[str, Any]) -> None:
    assert complain(rule["expr"]) == []


def test_a_cluster_gets_the_same_rules() -> None:
    assert OF_KUBERNETES.read_text(encoding="utf-8") == render_resource(), "run `make generate`"


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_grave_it_is_and_what_it_saw(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket", "none")
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
    boards = {f"/d/{board.uid}" for board in BOARDS} if rule["alert"] != ALWAYS else {None}
    assert rule["annotations"].get("dashboard") in boards


def test_every_alert_has_a_case_and_every_case_an_alert() -> None:
    assert sorted({*CASES, ALWAYS}) == sorted(NAMES)


def test_what_silences_an_alert_exists() -> None:
    config = yaml.safe_load((PROMETHEUS / "alertmanager.yml").read_text())
    causes = {rule["labels"].get("cause") for rule in ALERTS} - {None}
    for rule in config["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            label, _, values = re.fullmatch(r'(\w+)(=~|!=|=)"(.*)"', matcher).groups()  # type: ignore[union-attr]
            known = causes if label == "cause" else set(NAMES)
            assert set(values.split("|")) <= known, matcher


def test_an_outage_of_the_provider_is_one_alert() -> None:
    """What follows from it says so, and the outage itself and the loss of data do not."""
    causes = {rule["alert"]: rule["labels"].get("cause") for rule in ALERTS}
    for follows in ("StageParked", "RetryStorm", "ModelErrors", "JobsFailing", "LagGrowing"):
        assert causes[follows] == "provider"
    for stands in ("ProviderOutage", "RecordsLost", "LogLost", "RetentionNear"):
        assert causes[stands] is None


def test_promtool_takes_config_and_rules(promtool: str) -> None:
    ask(promtool, "check", "config", PROMETHEUS / "prometheus.yml")
    ask(promtool, "check", "rules", "--lint=all", "--lint-fatal", *RULES)


@pytest.mark.timeout(180)  # promtool asks for a busy machine's time
def test_each_alert_fires_when_it_should_and_at_no_other_time(
    promtool: str, tmp_path: Path
) -> None:
    tests = [test for name, case in CASES.items() for test in _write_case(name, case)]
    tests += [_write_apart(purpose) for purpose in APART]
    absent = {name: case.is_told_by_absence for name, case in CASES.items()}
    tests.append(_write("absent", {}, {QUIET_AT[-1]: {**absent, ALWAYS: True}}))
    gone = {"10m": {"CanaryStale": True}}
    tests.append(_write("the gateway is gone", {OF_AN_AGENT: "0x60"}, gone))
    back = {"12m": {"BrokerAway": True}, "30m": {"BrokerAway": False}}
    tests.append(_write("a cause outlasts its end by a while", {KAFKA_IS_BACK: "0x5 1x60"}, back))
    tests.append(
        _write("one failure in a quiet night", A_QUIET_NIGHT, {"40m": {"DeadLetters": True}})
    )
    tests[-1]["promql_expr_test"] += [
        {"expr": PAGING, "eval_time": at, "exp_samples": []} for at in ("31m", "40m", "60m")
    ]
    document = {"rule_files": [str(rule) for rule in RULES], "tests": tests}
    file = tmp_path / "cases.yml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    ask(promtool, "test", "rules", file)


def _write_case(name: str, case: Case) -> Iterator[dict[str, Any]]:
    yield _write(f"{name} fires", case.fires, {case.at: {name: True}, case.not_yet: {name: False}})
    for number, series in enumerate(case.quiet):
        quiet = {at: {name: False} for at in QUIET_AT}
        yield _write(f"{name} is quiet {number}", series, quiet)


def _write_apart(purpose: Purpose) -> dict[str, Any]:
    """All that would fire them, where nobody waits for the jobs."""
    series = [item for name in OF_STAGES for item in CASES[name].fires.items()]
    apart = {of.replace("{", f'{{purpose="{purpose}",', 1): values for of, values in series}
    quiet = dict.fromkeys(OF_STAGES, False)
    return _write(f"a {purpose} fires none", apart, dict.fromkeys(QUIET_AT, quiet))


def _write(title: str, series: Series, expected: dict[str, dict[str, bool]]) -> dict[str, Any]:
    return {
        "name": title,
        "interval": "1m",
        "input_series": [{"series": s, "values": v} for s, v in series.items()],
        "promql_expr_test": [
            {
                "expr": f'count(max by (alertname) (ALERTS{{alertname="{name}",'
                'alertstate="firing"}))',
                "eval_time": at,
                "exp_samples": [{"labels": "{}", "value": 1}] if is_firing else [],
            }
            for at, alerts in expected.items()
            for name, is_firing in alerts.items()
        ],
    }
