"""A seeded schedule of kills over every service, with two workers a stage: nothing is lost."""

import json
import random
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from schemas.status import JobState
from services.cli.gateway_client import connect
from tests.crash.test_kill import SLOTS, STAGES, count, submit
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

JOBS = 300
KILLS = 8
WORKERS = 2
CALL_MS = 300
VICTIMS = (
    *(f"{stage}-agent{number}" for stage in ("table", "column", "row") for number in ("", "-2")),
    "gateway",
    "kafka",
)
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)


@pytest.mark.timeout(400)
def test_every_job_completes_under_a_random_schedule_of_kills(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - the seed of a failure must be seen
    options = ("--with-demo", "--workers", str(WORKERS))
    with running_stack(tmp_path, *options, env=RETRIES) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave(latency_ms=CALL_MS)
        with ThreadPoolExecutor(16) as clients:
            posts = [clients.submit(submit, stack.gateway_url) for _ in range(JOBS)]
            kill_at_random(stack, demo, random.Random(seed), posts)
        ids = {post.result() for post in posts}
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            wait_until(
                lambda: count(gateway, JobState.COMPLETED) >= JOBS, 180, "all jobs are completed"
            )
            assert len(ids) == count(gateway, JobState.COMPLETED) == JOBS
            assert count(gateway, JobState.FAILED) == 0
        env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, **RETRIES}
        report = json.loads(run_brainshare("audit", "--json", env=env).stdout)
        # A kill may leave a second answer behind, which is read nowhere.
        assert [job for job in report["jobs"] if job["wrong"] != "duplicated"] == []
        assert demo.calls_begun <= JOBS * STAGES + KILLS * SLOTS


def kill_at_random(
    stack: RunningStack, demo: DemoServer, chance: random.Random, posts: list[Future[str]]
) -> None:
    """Kill something each time that a further part of the calls has begun."""
    for number in range(KILLS):
        begun = (number + 1) * JOBS * STAGES // (KILLS + 4)
        wait_until(lambda begun=begun: demo.calls_begun >= begun, 120, f"{begun} calls")  # type: ignore[misc]
        kill_once(stack, chance.choice(VICTIMS), chance.choice(SIGNALS))
    assert not [post for post in posts if post.done() and post.exception()]


def kill_once(stack: RunningStack, name: str, how: signal.Signals) -> None:
    """Kill a service that lives, and see it end. It may just be on its way back."""
    print(f"{how.name} {name}")  # noqa: T201 - the schedule of a failure must be seen
    wait_until(lambda: is_alive(stack.pid(name)), 60, f"{name} is there")
    dead = stack.kill(name, how)
    wait_until(lambda: not is_alive(dead), 60, f"{name} has ended")


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
