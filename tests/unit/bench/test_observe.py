"""What it costs to be seen is told by switching it off, and what is off is off."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.gateway.settings import GatewaySettings
from services.telemetry.log_settings import LogSettings
from tests.bench import observe
from tests.bench.observe import Figures, compare, main
from tests.bench.switch import ALL, METRICS, NONE, OFF, ON, Variant, list_variants

COUNTED = """
from prometheus_client import Counter, Gauge, Histogram, generate_latest
counter, gauge = Counter("c", "", ["of"]), Gauge("g", "")
counter.labels("it").inc()
gauge.set(3)
with gauge.track_inprogress(), Gauge("of", "", ["of"]).labels("it").track_inprogress():
    Histogram("h", "").observe(1)
text = generate_latest().decode()
print('c_total{of="it"} 1.0' in text, "g 3.0" in text, "h_count 1.0" in text)
"""


@pytest.mark.parametrize(
    ("variant", "counted"), [(NONE, "False False False"), (ALL, "True True True")]
)
def test_without_metrics_nothing_is_counted(variant: Variant, counted: str, tmp_path: Path) -> None:
    env = {**os.environ, **variant.write_env(tmp_path)}  # noqa: TID251 - another process's
    run = [sys.executable, "-c", COUNTED]
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == counted.split()


def test_what_switches_a_part_off_or_on_are_settings_that_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for told in (*OFF.values(), *ON.values()):
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        assert GatewaySettings()
        assert LogSettings()


def test_all_and_none_take_turns_and_each_part_comes_alone() -> None:
    names = [variant.name for variant in list_variants(is_each=True, rounds=2)]
    assert names[:4] == [NONE.name, ALL.name] * 2
    assert names[4] == f"{METRICS} alone"
    assert len(names) == 8


def test_the_cost_is_the_difference_of_the_means() -> None:
    found = [
        Figures(NONE.name, {"agents": 1.0, "gateway": 1.0}, {"agents": 9.0, "gateway": 1.0}),
        Figures(ALL.name, {"agents": 1.5, "gateway": 1.1}, {"agents": 9.2, "gateway": 1.1}),
        Figures(NONE.name, {"agents": 1.2, "gateway": 0.8}, {"agents": 9.0, "gateway": 1.0}),
        Figures(ALL.name, {"agents": 1.3, "gateway": 1.3}, {"agents": 9.4, "gateway": 1.1}),
    ]
    assert compare(found) == (0.6, 4.0)


@pytest.mark.parametrize(
    ("measured", "told"),
    [(1, "what it costs is not known"), (2, "all of it, idle: 0.5 % of a core")],
)
def test_what_was_measured_is_told_of_a_run_that_is_cut(
    monkeypatch: pytest.MonkeyPatch, measured: int, told: str
) -> None:
    left = [Figures(ALL.name, dict.fromkeys(observe.OURS, 0.5), dict.fromkeys(observe.OURS, 2.0))]
    left += [Figures(NONE.name, {**left[0].idle, "broker": 0.0}, left[0].job_ms)]

    def measure(variant: Variant, *_: object) -> Figures:
        if len(left) == 2 - measured:
            raise TimeoutError("a job is lost")
        return left.pop()

    monkeypatch.setattr(observe, "_measure_variant", measure)
    done = CliRunner().invoke(main, [])
    assert isinstance(done.exception, TimeoutError)
    assert told in done.output
    assert NONE.name in done.output
