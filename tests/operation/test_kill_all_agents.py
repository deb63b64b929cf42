"""All agents are killed at once, in the middle of their calls."""

import time
from pathlib import Path

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.crash.drill import STAGES, count, submit_many
from tests.operation.measure import Measure
from tests.pipeline.demo_server import DemoServer
from tests.stack import running_stack, wait_until

JOBS = 20
CALL_S = 2.0
KILLED_AFTER_S = 3.0
AGENTS = ("table-agent", "column-agent", "row-agent")
ASKED_S, BOUND_S = 12.0, 60.0


@pytest.mark.long
@pytest.mark.timeout(180)
def test_after_a_kill_of_all_agents_the_calls_under_way_are_made_again_together(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with running_stack(tmp_path, "--with-demo") as stack, connect(stack.gateway_url) as gateway:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave(latency_ms=int(CALL_S * 1000))
        begun_at = time.monotonic()
        submit_many(stack, JOBS)
        kill_at = begun_at + KILLED_AFTER_S
        wait_until(lambda: time.monotonic() > kill_at, KILLED_AFTER_S + 1, "the kill is due")
        for name in AGENTS:
            stack.kill(name)
        wait_until(lambda: count(gateway, JobState.COMPLETED) == JOBS, BOUND_S, "all jobs are done")
        done_s, calls = time.monotonic() - begun_at, demo.calls_begun
    measures.append(
        Measure(
            f"kill -9 of all agents at {KILLED_AFTER_S:g} s, {JOBS} jobs of three {CALL_S:g} s"
            " calls",
            f"done within {ASKED_S:g} s; printed, not judged: it measures the machine, too",
            f"{done_s:.1f} s after the first POST; {calls} calls for {JOBS * STAGES}",
        )
    )
