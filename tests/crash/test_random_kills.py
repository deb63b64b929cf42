"""A seeded schedule of kills over every service, with two workers a stage: nothing is lost."""

import random
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.crash.drill import STAGES, Damage, all_completed, count, count_damage, submit
from tests.crash.test_kill import SLOTS
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

JOBS, MANY_JOBS = 200, 1_000
KILLS, MANY_KILLS = 6, 24
STOPPED_S, LONG_STOPPED_S = 3.0, 20.0
WORKERS = 2
CALL_MS = 300
VICTIMS = (
    *(f"{stage}-agent{number}" for stage in ("table", "column", "row") for number in ("", "-2")),
    "gateway",
    "kafka",
)
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP)


@dataclass(frozen=True)
class Schedule:
    """What is killed, drawn at random.

    Attributes:
        stopped_s: How long a process that is stopped stands still, in seconds.
    """

    chance: random.Random
    jobs: int
    kills: int
    stopped_s: float


@pytest.mark.timeout(1_500)
def test_every_job_completes_under_a_random_schedule_of_kills(
    tmp_path: Path, damages: list[Damage], is_long: bool, seed: int
) -> None:
    schedule = (
        Schedule(random.Random(seed), MANY_JOBS, MANY_KILLS, LONG_STOPPED_S)
        if is_long
        else Schedule(random.Random(seed), JOBS, KILLS, STOPPED_S)
    )
    options = ("--with-demo", "--workers", str(WORKERS))
    with running_stack(tmp_path, *options, env=RETRIES) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave(latency_ms=CALL_MS)
        damage = kill_while_jobs_run(stack, demo, schedule)
        damages.append(damage)
        assert damage.lost == 0
        assert damage.calls <= damage.needed + schedule.kills * SLOTS


def kill_while_jobs_run(stack: RunningStack, demo: DemoServer, schedule: Schedule) -> Damage:
    """Submit all jobs, kill as the schedule says, and count from the topics what became of them."""
    with ThreadPoolExecutor(16) as clients:
        posts = [clients.submit(submit, stack.gateway_url) for _ in range(schedule.jobs)]
        kill_at_random(stack, demo, schedule, posts)
    ids = {post.result() for post in posts}
    with connect(stack.gateway_url, retry_for_s=60) as gateway:
        wait_until(all_completed(gateway, schedule.jobs), 300, "all jobs are completed")
        assert len(ids) == count(gateway, JobState.COMPLETED) == schedule.jobs
    return count_damage(stack, f"random x {schedule.kills}", schedule.jobs, demo.calls_begun)


def kill_at_random(
    stack: RunningStack, demo: DemoServer, schedule: Schedule, posts: list[Future[str]]
) -> None:
    """Kill something each time that a further part of the calls has begun."""
    for number in range(schedule.kills):
        begun = (number + 1) * schedule.jobs * STAGES // (schedule.kills + 4)
        wait_until(lambda begun=begun: demo.calls_begun >= begun, 120, f"{begun} calls")  # type: ignore[misc]
        name, how = schedule.chance.choice(VICTIMS), schedule.chance.choice(SIGNALS)
        if how is signal.SIGSTOP:
            stop_once(stack, name, schedule.stopped_s)
        else:
            kill_once(stack, name, how)
    assert not [post for post in posts if post.done() and post.exception()]


def stop_once(stack: RunningStack, name: str, seconds: float) -> None:
    """Let a service stand still, as a machine that is overloaded does, and go on."""
    print(f"SIGSTOP {name}")  # noqa: T201 - the schedule of a failure must be seen
    wait_until(lambda: is_alive(stack.pid(name)), 60, f"{name} is there")
    process, due = psutil.Process(stack.pid(name)), time.monotonic() + seconds
    process.suspend()
    try:
        wait_until(lambda: time.monotonic() >= due, seconds + 1, "the time has passed")
    finally:
        process.resume()


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
