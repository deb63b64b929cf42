"""One factor shortens every duration of the rules, and nothing else."""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.prometheus.generate import FILES, FOLDER, write_rules
from deploy.prometheus.pace import IN_EARNEST, Pace, read_span
from deploy.prometheus.rule import Alert, Rule
from services.gateway.database.engine import BUSY_TIMEOUT_MS

GROUPS = [*chain(*FILES.values())]
EVERY: list[Rule] = [rule for group in GROUPS for rule in group.rules]
MINUTE_S = 60
"""No rule compares a count with so much: it is a time."""
DURATION = re.compile(r"\b\d+(?:ms|[smhd])\b")


def _flat(folder: Path) -> dict[str, dict[str, Any]]:
    files = [yaml.safe_load(file.read_text()) for file in sorted(folder.glob("*.yml"))]
    rules = [rule for file in files for group in file["groups"] for rule in group["rules"]]
    return {rule.get("alert") or rule["record"]: rule for rule in rules}


def test_the_committed_rules_are_those_of_the_code(tmp_path: Path) -> None:
    write_rules(tmp_path)
    for file in tmp_path.iterdir():
        assert (FOLDER / file.name).read_text() == file.read_text(), "run make generate"
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in FOLDER.iterdir()}


@pytest.mark.parametrize(
    ("written", "in_earnest", "thirty_times_faster"),
    [
        ("rate(x[$10m])", "rate(x[10m])", "rate(x[20000ms])"),
        ("x offset $1h", "x offset 1h", "x offset 120000ms"),
        ("time() - x > $90s.s", "time() - x > 90", "time() - x > 3"),
        ("time() - x > $90s.look", "time() - x > 90", "time() - x > 10"),
        ("left * $30d.s", "left * 2592000", "left * 86400"),
        ('x{le="$5m.le"}', 'x{le="300.0"}', 'x{le="10.0"}'),
        ("x > 20", "x > 20", "x > 20"),
        ("rate(x[$5m]) * 3600", "rate(x[5m]) * 3600", "rate(x[10000ms]) * 3600"),
    ],
)
def test_a_duration_is_written_as_the_pace_says(
    written: str, in_earnest: str, thirty_times_faster: str
) -> None:
    assert IN_EARNEST.fill_in(written) == in_earnest
    assert Pace(30).fill_in(written) == thirty_times_faster


@pytest.mark.parametrize("wrong", ["", "5", "m", "5w", "1h30m"])
def test_what_is_no_duration_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        read_span(wrong)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_no_rule_holds_a_duration_that_the_factor_does_not_reach(rule: Any) -> None:
    """What is written without a `$` would stay as long in a drill as it is in earnest."""
    assert re.findall(r"(?:\[|offset )(?!\$)\S*", rule.expression) == []
    compared = [int(number) for number in re.findall(r"> (\d+)", rule.expression)]
    assert [number for number in compared if number >= MINUTE_S] == []


def test_a_fold_that_waits_for_a_lock_once_is_not_stale_at_any_pace() -> None:
    """SQLite gives up after a time that no factor shortens: what says so is DatabaseAway."""
    alerts = [rule for rule in EVERY if isinstance(rule, Alert)]
    [stale] = [alert for alert in alerts if alert.name == "StatusStale"]
    bound_s = float(Pace(1000).fill_in(stale.expression).split(">")[1])
    assert bound_s > BUSY_TIMEOUT_MS / 1000


def test_how_long_an_alert_waits_is_shortened_by_the_same_factor(tmp_path: Path) -> None:
    write_rules(tmp_path, Pace(10))
    usual, faster = _flat(FOLDER), _flat(tmp_path)
    assert usual.keys() == faster.keys()
    for rule in EVERY:
        if isinstance(rule, Alert) and rule.lasts:
            waits = faster[rule.name]["for"]
            assert waits == f"{read_span(rule.lasts) * 100}ms"
            assert usual[rule.name]["for"] == rule.lasts


def test_what_is_no_duration_stays_as_it_is(tmp_path: Path) -> None:
    """Thresholds of counts and shares, labels and words are the same at every pace."""
    write_rules(tmp_path, Pace(10))
    usual, faster = _flat(FOLDER), _flat(tmp_path)
    for name, rule in usual.items():
        for part in ("labels", "annotations"):
            assert faster[name].get(part) == rule.get(part)
        words = [DURATION.sub("", one["expr"]).split() for one in (rule, faster[name])]
        assert len(words[0]) == len(words[1])
