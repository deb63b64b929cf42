"""kill -9 of any one service while 200 jobs run: it comes back, and every job completes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.crash.drill import STAGES, all_completed, count, submit
from tests.pipeline.demo_server import DemoServer
from tests.stack import RunningStack, running_stack, wait_until

JOBS = 200
CALL_MS = 200
SLOTS = 64
"""Calls in flight in one agent at most: what a kill of it may repeat."""

KILLED = [
    ("table-agent", SLOTS),
    ("column-agent", SLOTS),
    ("row-agent", SLOTS),
    ("gateway", 0),
    ("kafka", STAGES * SLOTS),
    ("demo-llm", STAGES * SLOTS),
]


# The short form kills each at named points or at random, and takes the model away.
@pytest.mark.long
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("name", "repeats"), KILLED)
def test_every_job_completes_when_a_service_is_killed(
    tmp_path: Path, name: str, repeats: int
) -> None:
    with running_stack(tmp_path, "--with-demo") as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave(latency_ms=CALL_MS)
        posted = kill_while_jobs_run(stack, demo, name)
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            wait_until(all_completed(gateway, JOBS), 120, "all jobs are completed")
            assert count(gateway, JobState.COMPLETED) == len(set(posted)) == JOBS
            assert count(gateway, JobState.FAILED) == 0
        assert demo.calls_begun <= JOBS * STAGES + repeats


def kill_while_jobs_run(stack: RunningStack, demo: DemoServer, name: str) -> list[str]:
    """Submit all jobs, and kill the service once a good part of the calls has begun."""
    with ThreadPoolExecutor(16) as clients:
        ids = clients.map(submit, [stack.gateway_url] * JOBS)
        wait_until(lambda: demo.calls_begun > JOBS // 2, 60, "the jobs are under way")
        dead = stack.kill(name)
        wait_until(lambda: stack.pid(name) != dead, 60, f"{name} is started again")
        return list(ids)
