"""An agent's memory is bounded, whatever waits for it."""

import json
from pathlib import Path

import psutil
import pytest

from services.cli.client.command_client import connect
from tests.crash.drill import all_completed, submit_many
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

JOBS = 500
MB = 1_000_000
MOST_RSS_BYTES = 200 * MB
LARGE = {
    "tableId": "tbl_large",
    "stages": ["table"],
    "context": {
        "title": "Planets",
        "columns": [{"name": "Name"}, {"name": "Notes"}],
        "rows": [{"cells": [f"Planet {row}", "x" * 480]} for row in range(1_900)],
    },
}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_parked_agent_holds_little_of_what_waits_and_goes_on_with_it(tmp_path: Path) -> None:
    with running_stack(tmp_path, "--with-demo", env=RETRIES) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave("401")
        submit_many(stack, JOBS, json.dumps(LARGE).encode())
        assert rss(stack, "table-agent") < MOST_RSS_BYTES
        demo.be_well()
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            wait_until(all_completed(gateway, JOBS), 600, "all jobs are completed")


def rss(stack: RunningStack, name: str) -> int:
    """Memory of a service, in bytes."""
    return int(psutil.Process(stack.pid(name)).memory_info().rss)
