"""A provider turns everything away for a while and says for how long."""

import time
from pathlib import Path

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.crash.drill import count, submit_many
from tests.operation.measure import Measure
from tests.pipeline.demo_server import DemoServer
from tests.stack import running_stack, wait_until

JOBS = 100
RETRY_AFTER_S = 20.0
STORM_S = 30.0
DONE_S = 60.0


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_storm_of_429_is_over_within_a_minute_of_its_end(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with running_stack(tmp_path, "--with-demo") as stack, connect(stack.gateway_url) as gateway:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.limit_rate(RETRY_AFTER_S)
        ends_at = time.monotonic() + STORM_S
        submit_many(stack, JOBS)
        wait_until(lambda: time.monotonic() > ends_at, STORM_S + 5, "the storm is over")
        demo.be_well()
        ended_at, turned_away = time.monotonic(), demo.count_faults("429")
        wait_until(lambda: count(gateway, JobState.COMPLETED) == JOBS, DONE_S, "all jobs are done")
        done_s = time.monotonic() - ended_at
        assert gateway.dead_letters.page(state="resolved").dead_letters == ()
    measures.append(
        Measure(
            f"429 with Retry-After {RETRY_AFTER_S:g} for {STORM_S:g} s, {JOBS} jobs",
            f"all completed within {DONE_S:g} s of its end, no dead letter",
            f"{done_s:.0f} s; calls turned away: {turned_away}; dead letters: 0",
        )
    )
