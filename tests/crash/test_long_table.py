"""What cuts an attempt at a long table short costs one call of it, not all."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from services.cli.client.command_client import connect
from tests.crash.drill import all_completed, submit
from tests.crash.test_rebalance import extra_worker, has_answered
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

CALLS = 10
JOBS = 6
LONG = json.dumps(
    {
        "tableId": "tbl_long",
        "stages": ["column"],
        "want": {"columns": 1},
        "context": {
            "title": "Planets",
            "columns": [{"name": "Name"}],
            "rows": [{"cells": [f"Planet {row}"]} for row in range(60 * CALLS)],
        },
    }
).encode()


@pytest.mark.long
@pytest.mark.timeout(240)
def test_a_killed_worker_repeats_the_call_that_was_under_way_and_no_other(tmp_path: Path) -> None:
    with running_stack(tmp_path, "--with-demo", env=RETRIES) as stack:
        calls = run_cut_short(stack, 1, 700, lambda: stack.kill("column-agent"))
    assert calls == CALLS + 1


@pytest.mark.long
@pytest.mark.timeout(240)
def test_a_new_worker_goes_on_with_long_tables_where_the_old_one_was(tmp_path: Path) -> None:
    with (
        running_stack(tmp_path, "--with-demo", env=RETRIES) as stack,
        ExitStack() as later,
    ):
        join = partial(later.enter_context, extra_worker(stack, tmp_path))
        calls = run_cut_short(stack, JOBS, 3_000, join)
        assert has_answered(tmp_path)
    assert calls == JOBS * CALLS


def run_cut_short(stack: RunningStack, jobs: int, call_ms: int, cut: Callable[[], object]) -> int:
    """Run long tables, cut them short in the middle, and count the calls that they take."""
    demo = DemoServer(f"http://{stack.address('demo-llm')}")
    demo.misbehave(latency_ms=call_ms)
    for _ in range(jobs):
        submit(stack.gateway_url, LONG)
    wait_until(lambda: demo.calls_begun >= jobs * CALLS // 3, 60, "a third of the calls are made")
    cut()
    with connect(stack.gateway_url, retry_for_s=60) as gateway:
        wait_until(all_completed(gateway, jobs), 120, "all jobs are completed")
    return demo.calls_begun
