"""A gateway runs jobs of the past again, and goes on after it was killed, on a real broker."""

from collections import Counter
from uuid import UUID

import pytest

from schemas.api.replay.run import ReplayRun, ReplayState
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from services.replay.manifest import Manifest
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.kafka_view import NAMES
from tests.pipeline.test_replay import (
    ANSWERED_S,
    BETWEEN,
    Post,
    Replays,
    kills_of,
    post,
    replays,
)
from tests.pipeline.test_webhook_trouble import kill_gateway
from tests.stack import RunningStack, wait_until

__all__ = ["post", "replays"]

pytestmark = pytest.mark.timeout(600)


def until(gateway: CommandClient, replay: ReplayRun, state: ReplayState) -> ReplayRun:
    wait_until(lambda: gateway.replays.get(replay.id).state is state, ANSWERED_S, f"it is {state}")
    return gateway.replays.get(replay.id)


def count_started(replays: Replays, manifest: Manifest) -> Counter[UUID]:
    requests = NAMES.requests(StageName.ROW)
    return Counter(job for topic, job, _ in replays.records(manifest) if topic == requests)


def test_it_is_planned_run_and_compared_without_a_command(
    replays: Replays, post: Post, gateway: CommandClient, demo: DemoServer
) -> None:
    tag, jobs = post(3)
    planned = gateway.replays.plan("row", tags=[tag], reason="a try")
    assert (planned.state, planned.total) == (ReplayState.PLANNED, 3)
    assert planned.differs == {"nothing": 3}
    assert gateway.replays.compare(planned.id).all.missing == 3
    called = demo.calls_begun
    gateway.replays.start(planned.id, rate=100)
    assert until(gateway, planned, ReplayState.COMPLETED).jobs.gone == 0
    replays.manifest.write_bytes(gateway.replays.manifest(planned.id).to_json())
    replays.until_answered()
    assert demo.calls_begun - called == sum(stage.calls for stage in planned.expected)
    assert gateway.replays.compare(planned.id).all.same == 3
    assert gateway.replays.comparison_csv(planned.id).count(b'"row","same"') == 3
    assert b"No answer is another one" in gateway.replays.comparison_html(planned.id, show=1)
    assert replays.compare()["all"]["same"] == 3
    found = {str(job.source_job_id): job.version for job in gateway.replays.jobs(planned.id)}
    assert found == dict.fromkeys(jobs)


def until_started(replays: Replays, manifest: Manifest, least: int) -> None:
    """Until so many jobs of a replay are started."""
    wait_until(
        lambda: len(count_started(replays, manifest)) >= least, ANSWERED_S, f"{least} are started"
    )


def test_a_gateway_that_is_killed_under_it_goes_on_and_starts_each_job_once(
    replays: Replays,
    post: Post,
    gateway: CommandClient,
    stack: RunningStack,
    pytestconfig: pytest.Config,
) -> None:
    kills = kills_of(pytestconfig)
    tag, jobs = post(kills.stop + 2 * BETWEEN)
    planned = gateway.replays.plan("row", tags=[tag])
    manifest = Manifest.from_json(gateway.replays.manifest(planned.id).to_json())
    gateway.replays.start(planned.id, rate=3)
    for least in kills:
        until_started(replays, manifest, least)
        kill_gateway(stack)
    until(gateway, planned, ReplayState.COMPLETED)
    assert count_started(replays, manifest) == dict.fromkeys(manifest.by_replay, 1)
    assert len(manifest.jobs) == len(jobs)


def test_commands_plan_it_pause_it_let_it_go_on_and_abort_it(
    replays: Replays, post: Post, gateway: CommandClient, demo: DemoServer
) -> None:
    tag, _ = post(6)
    to_plan = ("plan", "--stage", "row", "--tag", tag, "--on-gateway", "--json")
    planned = ReplayRun.from_json(replays.run(*to_plan).stdout)
    manifest = Manifest.from_json(gateway.replays.manifest(planned.id).to_json())
    early = run_brainshare("replay", "pause", str(planned.id), env=replays.env)
    assert (early.returncode, b"only one that is running" in early.stderr) == (9, True)
    demo.misbehave(latency_ms=60_000)
    to_start = ("start", str(planned.id), "--rate", "1", "--max-open", "1000")
    told = replays.run(*to_start).stdout.decode()
    assert told.startswith(f"{planned.id}  row replay running: ")
    wait_until(lambda: count_started(replays, manifest), ANSWERED_S, "one is started")
    paused = ReplayRun.from_json(replays.run("pause", str(planned.id), "--json").stdout)
    assert paused.state is ReplayState.PAUSED
    replays.run("start", str(planned.id), "--rate", "0.5")
    pace = gateway.replays.get(planned.id).pace
    assert pace is not None
    assert (pace.rate, pace.max_open) == (0.5, 1000)
    begun = len(count_started(replays, manifest))
    wait_until(
        lambda: len(count_started(replays, manifest)) > begun, ANSWERED_S, "another one is started"
    )
    replays.run("abort", str(planned.id), "--yes", "--reason", "a test")
    ended = until(gateway, planned, ReplayState.ABORTED)
    assert (ended.jobs.waiting > 0, ended.reason) == (True, "a test")
    wait_until(lambda: gateway.replays.get(planned.id).jobs.running == 0, ANSWERED_S, "none runs")
    assert set(count_started(replays, manifest).values()) == {1}


def test_a_control_shows_the_noise_and_its_results_are_promoted_by_a_rule(
    replays: Replays, post: Post, gateway: CommandClient
) -> None:
    tag, jobs = post(3)
    planned = gateway.replays.plan("row", tags=[tag])
    control = gateway.replays.plan_control(planned.id, reason="the noise")
    for one in (planned, control):
        gateway.replays.start(one.id, rate=100)
        until(gateway, one, ReplayState.COMPLETED)
        replays.manifest.write_bytes(gateway.replays.manifest(one.id).to_json())
        replays.until_answered()
    limits = "same<100% or cost>+0%"
    beside = ("--control", str(control.id), "--fail-if", limits)
    told = replays.run("compare", str(planned.id), *beside).stdout.decode()
    assert "nothing has changed in 3 answers" in told
    assert "noise: 3 answers of the control beside those" in told
    found = gateway.replays.compare(planned.id, control=control.id, fail_if=limits)
    assert found.control is not None
    assert (found.control.answers, found.control.is_different, found.failures) == (3, False, ())
    listed = replays.run("list").stdout.decode()
    assert f"{planned.id}  row replay completed: 3 completed of 3" in listed
    assert f"{control.id}  row control completed" in listed
    assert "prompt: row-" in replays.run("show", str(planned.id)).stdout.decode()

    told = replays.run("promote", str(planned.id), "--if", "better", "--yes").stdout.decode()
    assert told.splitlines()[0] == "promoted 0 of 3 results, 3 skipped"
    assert told.count("it is the same") == 3
    told = replays.run("promote", str(planned.id), "--if", "any", "--yes").stdout.decode()
    assert told == "promoted 3 of 3 results\n"
    assert [gateway.jobs.get(job).result_version for job in jobs] == [2, 2, 2]
    told = replays.run("rollback", str(planned.id), "--yes").stdout.decode()
    assert told == "rolled back 3 of 3 results\n"
    assert [gateway.jobs.get(job).result_version for job in jobs] == [1, 1, 1]
