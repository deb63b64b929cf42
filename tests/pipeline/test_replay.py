"""Jobs of the past are run again beside the old ones, and compared, on a real broker."""

import asyncio
import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest

from schemas.kafka.topics import TopicRole
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from services.cli.supervisor.environment import inherited_env
from services.kafka import ConsumedRecord, KafkaSettings
from services.replay.manifest import Manifest
from services.replay.topic_reading import read_job_id, read_past
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.kafka_view import NAMES, KafkaView
from tests.pipeline.test_main_job import PLANETS
from tests.stack import PROGRAM, ROOT, RunningStack, wait_until

pytestmark = pytest.mark.timeout(600)

TITLES = ("Cheeses of France", "Rivers of Spain", "Moons of Saturn")
ANSWERED_S = 60.0
COMMAND_S = 240.0
"""A promotion of fifty jobs asks a hundred times, also on a machine that has other work."""
KILLS, KILLS_LONG, BETWEEN = 2, 10, 3
"""A replay is killed whenever so many more of its jobs are started."""

HELD_S = 8.0
"""In which two jobs would be started many times over."""


class Replays:
    """Runs the commands against a stack, in a folder."""

    def __init__(self, stack: RunningStack, folder: Path) -> None:
        self.stack, self.manifest = stack, folder / "manifest.json"
        self.env = {"BRAINSHARE_DATA_DIR": str(stack.data_dir)}

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        done = run_brainshare("replay", *words, env=self.env, timeout_s=COMMAND_S)
        assert done.returncode == 0, done.stderr.decode()
        return done

    def plan(self, stage: StageName, tag: str, *more: str) -> Any:
        words = ("plan", "--stage", stage.value, "--tag", tag, "-o", str(self.manifest), "--json")
        return json.loads(self.run(*words, *more).stdout)

    def start(self, rate: int = 100) -> str:
        return self.run("run", str(self.manifest), "--rate", str(rate)).stdout.decode()

    def compare(self) -> Any:
        return json.loads(self.run("compare", str(self.manifest), "--json").stdout)

    def read(self) -> Manifest:
        return Manifest.read(self.manifest)

    def until_answered(self, within_s: float = ANSWERED_S) -> None:
        """Wait until every replay has ended."""
        planned = self.read()
        replays = planned.by_replay.items()
        ends = {(NAMES.suggestions(job.stages[-1]), replay) for replay, job in replays}

        def all_ended() -> bool:
            return ends <= {(topic, job) for topic, job, _ in self.records(planned)}

        wait_until(all_ended, within_s, "all replays have ended")

    def records(self, planned: Manifest) -> list[tuple[str, UUID, bytes]]:
        """The records of the replays of a manifest."""
        found = list[tuple[str, UUID, bytes]]()

        def take(record: ConsumedRecord, _: TopicRole) -> None:
            job_id = read_job_id(record)
            if job_id is not None and job_id in planned.by_replay:
                found.append((record.topic, job_id, record.value or b""))

        settings = KafkaSettings(bootstrap_servers=self.stack.brokers)
        asyncio.run(read_past(settings, planned.end_offsets, take))
        return found


@pytest.fixture
def replays(stack: RunningStack, tmp_path: Path) -> Replays:
    return Replays(stack, tmp_path)


class Post(Protocol):
    """Posts so many jobs under a tag of their own, and waits until they have completed."""

    def __call__(self, count: int, **asked: Any) -> tuple[str, list[str]]: ...


@pytest.fixture
def post(gateway: CommandClient) -> Post:
    def post(count: int, **asked: Any) -> tuple[str, list[str]]:
        tag = f"replay-{uuid4().hex[:8]}"
        bodies = [
            json.loads(PLANETS)
            | {"tags": [tag], "context": {"title": TITLES[n % len(TITLES)]}}
            | asked
            for n in range(count)
        ]
        jobs = [str(gateway.jobs.post(json.dumps(body).encode()).job_id) for body in bodies]
        for job in jobs:
            assert [*follow(gateway, job)][-1].status.value == "completed"
        return tag, jobs

    return post


@pytest.mark.parametrize("more", [(), ("--ask-all",)], ids=["reusing", "asking all"])
@pytest.mark.parametrize("stage", StageName)
def test_the_same_model_gives_the_same_and_only_the_changed_stages_are_called(
    stage: StageName,
    more: tuple[str, ...],
    replays: Replays,
    post: Post,
    gateway: CommandClient,
    demo: DemoServer,
) -> None:
    """The first one is changed. Those after it get the same, and take over what they answered."""
    tag, jobs = post(3)
    before = [gateway.jobs.get(job).to_json() for job in jobs]
    plan = replays.plan(stage, tag, *more)
    asked = plan["expected"] if more else plan["expected"][:1]
    expected = sum(stage["calls"] for stage in asked)
    assert (plan["jobs"], plan["warning"], plan["differs"]) == (3, None, {"nothing": 3})

    called = demo.calls_begun
    assert "started 3 of 3 jobs" in replays.start()
    replays.until_answered()
    assert demo.calls_begun - called == expected

    found = replays.compare()
    total = 3 * len(replays.read().stages)
    assert (found["all"]["n"], found["all"]["same"], found["worst"]) == (total, total, [])
    tokens = sum(told["inputTokens"] + told["outputTokens"] for told in asked)
    assert found["all"]["tokens"]["now"] == pytest.approx(tokens, rel=0.1)
    page = replays.manifest.with_suffix(".html")
    words = ("--fail-if", "same<100% or cost>+0%", "--html", str(page))
    told = replays.run("compare", str(replays.manifest), *words)
    assert f"nothing has changed in {total} answers" in told.stdout.decode()
    assert "No answer is another one" in page.read_text()
    assert [gateway.jobs.get(job).to_json() for job in jobs] == before


def test_a_prompt_from_a_file_is_tried_beside_what_is_deployed(
    replays: Replays, post: Post, demo: DemoServer, tmp_path: Path
) -> None:
    tag, _ = post(1)
    file = tmp_path / "new.txt"
    file.write_text("You propose columns, as few as you can.\n", encoding="utf-8")
    plan = replays.plan(StageName.COLUMN, tag, "--prompt", str(file), "--ask-all")
    assert (plan["jobs"], plan["bringsPrompt"], plan["differs"]) == (1, True, {"prompt": 1})
    called = demo.calls_begun
    assert "started 1 of 1 jobs" in replays.start()
    replays.until_answered()
    assert demo.calls_begun - called == sum(stage["calls"] for stage in plan["expected"])
    versions = set[tuple[str, str]]()
    for topic, _, value in replays.records(replays.read()):
        made = json.loads(value).get("provenance", {}) if topic.endswith(".suggestions") else {}
        versions |= {(stage, made[stage]["promptVersion"]) for stage in made}
    tried = {version for stage, version in versions if stage == "column"}
    assert tried == {plan["promptVersion"]}
    assert all("-text-" not in version for stage, version in versions if stage != "column")


def test_nothing_runs_by_a_plan(stack: RunningStack, replays: Replays, post: Post) -> None:
    tag, _ = post(1)
    view = KafkaView(stack)
    before = asyncio.run(view.end())
    replays.plan(StageName.COLUMN, tag)
    assert asyncio.run(view.end()) == before


def test_before_it_has_run_everything_is_missing_and_does_not_pass(
    replays: Replays, post: Post
) -> None:
    tag, _ = post(1)
    replays.plan(StageName.ROW, tag)
    assert replays.compare()["all"]["missing"] == 1
    words = ("replay", "compare", str(replays.manifest), "--fail-if", "worse>2%")
    done = run_brainshare(*words, env=replays.env)
    assert (done.returncode, done.stderr) == (12, b"error: 1 of 1 answers are missing\n")


def kills_of(pytestconfig: pytest.Config) -> range:
    """After how many jobs a replay is killed: ten times in the long form."""
    kills = KILLS_LONG if pytestconfig.getoption("--long", default=False) else KILLS
    return range(1, 1 + kills * BETWEEN, BETWEEN)


def test_a_run_that_was_killed_goes_on_and_starts_each_job_once(
    replays: Replays, post: Post, pytestconfig: pytest.Config
) -> None:
    kills = kills_of(pytestconfig)
    tag, jobs = post(kills.stop + 2 * BETWEEN)
    replays.plan(StageName.ROW, tag)
    planned, requests = replays.read(), NAMES.requests(StageName.ROW)

    def started() -> Counter[UUID]:
        return Counter(job for topic, job, _ in replays.records(planned) if topic == requests)

    def until_started(least: int) -> None:
        wait_until(lambda: len(started()) >= least, ANSWERED_S, f"{least} are started")

    for least in kills:
        command = [*PROGRAM, "replay", "run", str(replays.manifest), "--rate", "4"]
        run = subprocess.Popen(command, cwd=ROOT, env=inherited_env() | replays.env)
        until_started(least)
        run.kill()
        run.wait()
    assert len(started()) < len(jobs)
    assert "are left" not in replays.start()
    count = len(jobs)
    told = f"started 0 of {count} jobs, {count} were started before"
    assert told in replays.start()
    assert started() == dict.fromkeys(planned.by_replay, 1)


def test_it_starts_nothing_while_live_work_waits_for_a_stage(
    replays: Replays, post: Post, gateway: CommandClient, stack: RunningStack
) -> None:
    tag, _ = post(2)
    replays.plan(StageName.ROW, tag)
    planned = replays.read()
    command = [*PROGRAM, "replay", "run", str(replays.manifest), "--live-wait", "0.5"]
    env = inherited_env() | replays.env
    with stack.suspended("row-agent"):
        live = str(gateway.jobs.post(PLANETS).job_id)
        wait_until(lambda: gateway.jobs.get(live).progress > 0.5, ANSWERED_S, "it waits for rows")
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=HELD_S)
        assert replays.records(planned) == []
    assert "started 2 of 2 jobs" in replays.start()
    assert [*follow(gateway, live)][-1].status.value == "completed"


def test_it_stops_where_too_many_fail_and_what_is_open_can_be_cancelled(
    replays: Replays, post: Post, gateway: CommandClient, demo: DemoServer
) -> None:
    tag, _ = post(14)
    replays.plan(StageName.ROW, tag)
    demo.misbehave("refusal")
    words = ("replay", "run", str(replays.manifest), "--rate", "5", "--max-failed", "10")
    stopped = run_brainshare(*words, env=replays.env)
    assert stopped.returncode == 1
    assert "have failed, which is more than 10%" in stopped.stderr.decode()
    assert "are left" in stopped.stderr.decode()
    demo.misbehave(latency_ms=60_000)
    replays.start()
    told = replays.run("abort", str(replays.manifest), "--yes").stdout.decode()
    assert "are being cancelled" in told
    wait_until(
        lambda: all(gateway.jobs.get(str(job)).status.is_final for job in replays.read().by_replay),
        ANSWERED_S,
        "all have ended",
    )
    again = replays.run("abort", str(replays.manifest), "--yes").stdout.decode()
    assert "are being cancelled" not in again
    assert "were cancelled before" in again
