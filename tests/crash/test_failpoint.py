"""kill -9 at each named point: nothing is lost or stuck, and at most calls under way repeat."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.api.status import JobState
from schemas.kafka.headers import ErrorKind
from services.cli.client.command_client import connect
from services.cli.explanation.metrics import read_metrics
from services.lifecycle.failpoint import Failpoints, Point
from services.stage_runtime.processing.crash_suspect import LEAST_TO_GIVE_UP
from tests.crash.drill import NANO, NANO_USD, Damage, Drill, submit, sum_used, until_final
from tests.pipeline.command import run_brainshare
from tests.pipeline.model_proxy import stack_behind_proxy
from tests.stack import RETRIES, RunningStack, wait_until

JOBS, MANY_JOBS = 15, 100
CALL_MS = 100
STAGES = ("table", "column", "row")
GATEWAY = ("gateway",)
PRICES = {"LLM_PRICE_INPUT_PER_MTOK": "0.375", "LLM_PRICE_OUTPUT_PER_MTOK": "2.913"}
"""In US dollars: a token costs whole billionths of one, so that sums can be held to the last."""
POINTS = [
    (Point.RESERVED, GATEWAY),
    (Point.POSTED, GATEWAY),
    (Point.PULLED, STAGES),
    (Point.CALLED, STAGES),
    (Point.ANSWERED, STAGES),
    (Point.PUBLISHED, STAGES),
    (Point.ACKED, STAGES),
    (Point.COMMITTED, STAGES),
    (Point.FORWARDED, ("table",)),
    (Point.FORWARD_COMMITTED, ("table",)),
    (Point.FOLDED, GATEWAY),
    (Point.PROJECTED, GATEWAY),
]
WAITING = 3
"""Calls that are turned away, so that there is something to forward."""

PASS_TWICE = """
from pathlib import Path
from services.lifecycle.failpoint import Failpoints, Point
Failpoints(Path({folder!r}), "row").reach(Point.PULLED)
print("alive")
"""


def run_past_it(folder: Path) -> subprocess.CompletedProcess[str]:
    code = PASS_TWICE.format(folder=str(folder))
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )


def test_an_armed_point_kills_its_process_once(tmp_path: Path) -> None:
    (tmp_path / f"row.{Point.PULLED}").touch()
    assert run_past_it(tmp_path).returncode == -9
    assert run_past_it(tmp_path).stdout == "alive\n"


def test_the_point_of_another_owner_is_passed(tmp_path: Path) -> None:
    (tmp_path / f"table.{Point.PULLED}").touch()
    assert run_past_it(tmp_path).stdout == "alive\n"


def test_without_its_setting_there_is_no_point() -> None:
    Failpoints().reach(Point.PULLED)


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    """A stack of its own, whose processes can be made to end anywhere.

    Its model is asked through a proxy, which does not say that it is the demo: else all is free.
    """
    folder = tmp_path_factory.mktemp("failpoints")
    env = {**RETRIES, **PRICES, "TEST_FAILPOINT_DIR": str(folder), "GATEWAY_PROBE_S": "1"}
    with stack_behind_proxy(tmp_path_factory.mktemp("stack"), env=env) as (stack, _, demo):
        yield Drill(stack, demo, folder)


def test_every_point_is_drilled() -> None:
    assert [point for point, _ in POINTS] == list(Point)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("point", "owners"), POINTS, ids=[point for point, _ in POINTS])
def test_a_kill_at_this_point_loses_nothing_and_repeats_at_most_the_calls_under_way(
    drill: Drill, damages: list[Damage], is_long: bool, point: Point, owners: tuple[str, ...]
) -> None:
    is_forwarding = point in (Point.FORWARDED, Point.FORWARD_COMMITTED)
    turned_away = WAITING if is_forwarding else 0
    drill.demo.misbehave("402", at_most=turned_away, latency_ms=CALL_MS)
    damage = drill.run(point, owners, MANY_JOBS if is_long else JOBS)
    damages.append(damage)
    assert (damage.lost, damage.twice) == (0, 0)
    in_flight = 0 if owners == GATEWAY else len(owners) * damage.jobs
    assert damage.calls <= damage.needed + turned_away + in_flight


@pytest.mark.long
@pytest.mark.timeout(180)
def test_a_record_that_ends_its_process_each_time_is_a_dead_letter_and_can_be_put_back(
    drill: Drill,
) -> None:
    drill.demo.misbehave(latency_ms=CALL_MS)
    called = drill.folder / f"table.{Point.CALLED}"
    with connect(drill.stack.gateway_url, retry_for_s=60) as gateway:
        called.touch()
        job_id = submit(drill.stack.gateway_url)
        for number in range(1, LEAST_TO_GIVE_UP):
            wait_until(lambda: not called.exists(), 60, f"the process has ended {number} times")
            called.touch()
        until_final(gateway, job_id)
        assert not called.exists()
        (letter,) = gateway.dead_letters.page(kind=ErrorKind.CRASH_SUSPECT).dead_letters
        assert (str(letter.job_id), letter.attempts) == (job_id, 1)
        gateway.dead_letters.redrive(letter.id)
        wait_until(lambda: gateway.jobs.get(job_id).status is JobState.COMPLETED, 60, "completed")


@pytest.mark.timeout(90)
def test_after_all_the_kills_the_audit_finds_nothing_wrong(drill: Drill) -> None:
    env = {"KAFKA_BOOTSTRAP_SERVERS": drill.stack.brokers, **RETRIES}
    audit = run_brainshare("audit", env=env)
    assert audit.returncode == 0, audit.stdout.decode()


@pytest.mark.timeout(180)
def test_tokens_and_cost_as_metrics_are_those_of_all_results_whatever_was_killed(
    drill: Drill,
) -> None:
    """Every agent is killed between an answer of the model and its record, and counts anew."""
    drill.demo.misbehave(latency_ms=CALL_MS)
    assert drill.run(Point.ANSWERED, STAGES, JOBS).lost == 0
    with connect(drill.stack.gateway_url, retry_for_s=60) as gateway:
        used = sum_used(gateway)
    assert {*used} >= {(stage, kind) for stage in STAGES for kind in ("input", "output", NANO_USD)}
    wait_until(lambda: read_told(drill.stack) == used, 30, f"the metrics say {used}")


def read_told(stack: RunningStack) -> dict[tuple[str, str], float]:
    """What the metrics of all processes say together, in the form of `sum_used`."""
    told: defaultdict[tuple[str, str], float] = defaultdict(float)
    for name in (*GATEWAY, *(f"{stage}-agent" for stage in STAGES)):
        metrics = read_metrics(f"http://{stack.address(name)}")
        if metrics is None:
            return {}
        for of, tokens in metrics.find("brainshare_results_tokens"):
            told[of["stage"], of["kind"]] += tokens
        for of, usd in metrics.find("brainshare_results_cost_usd"):
            told[of["stage"], NANO_USD] += round(usd * NANO)
    return {key: count for key, count in told.items() if count}
