"""What it costs to be seen is told by switching it off, and what is off is off."""

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.gateway.settings import GatewaySettings
from services.telemetry.log_settings import LogSettings
from tests.bench import observe
from tests.bench.observe import ByGroup, Figures, compare, main
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


def test_each_part_comes_alone_beside_all_and_none() -> None:
    names = [variant.name for variant in list_variants(is_each=True)]
    assert names[:3] == [NONE.name, ALL.name, f"{METRICS} alone"]
    assert len(names) == 6
    assert list_variants(is_each=False) == [NONE, ALL]


def _by_group(*sums: float) -> list[ByGroup]:
    return [{"agents": total - 1.0, "gateway": 1.0} for total in sums]


def test_the_cost_is_the_mean_of_the_differences_of_what_ran_together() -> None:
    """Though the machine was four times slower in between."""
    none = Figures(NONE.name, _by_group(2, 8), _by_group(10, 40))
    all_of_it = Figures(ALL.name, _by_group(2.5, 8.5), _by_group(11, 41))
    idle, load = compare([none, all_of_it])
    assert (idle.more, idle.give_or_take) == (0.5, 0.0)
    assert (load.more, load.give_or_take) == (4.0, 0.0)
    assert str(idle) == "0.50 ± 0.00 %"


def test_differences_that_vary_are_a_cost_that_may_be_off() -> None:
    none = Figures(NONE.name, _by_group(2, 2), _by_group(10, 10))
    all_of_it = Figures(ALL.name, _by_group(2, 3), _by_group(10, 12))
    idle, load = compare([none, all_of_it])
    assert str(idle) == "0.50 ± 0.98 %"
    assert str(load) == "10.00 ± 19.60 %"


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        (0, "what it costs is not known"),
        (1, "what it costs is not known"),
        (2, "all of it, idle: 0.50 ± 0.00 % of a core"),
    ],
)
def test_what_was_measured_is_told_of_a_run_that_is_cut(
    monkeypatch: pytest.MonkeyPatch, turns: int, told: str
) -> None:
    async def measure(_: object, found: list[Figures], *__: object) -> None:
        found += [
            Figures(NONE.name, _by_group(2, 2), _by_group(*[10] * turns)),
            Figures(ALL.name, _by_group(2.5, 2.5), _by_group(*[11] * turns)),
        ]
        raise TimeoutError("a job is lost")

    monkeypatch.setattr(observe, "OURS", ("agents", "gateway"))
    monkeypatch.setattr(observe, "_running", lambda _: nullcontext())
    monkeypatch.setattr(observe, "_measure", measure)
    done = CliRunner().invoke(main, [])
    assert isinstance(done.exception, TimeoutError)
    assert told in done.output
    assert NONE.name in done.output
