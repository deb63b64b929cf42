"""An agent's memory is bounded, whatever waits for it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from schemas.api.status import JobState
from services.cli.client.gateway import connect
from tests.crash.drill import count
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

JOBS = 500
CLIENTS = 4
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
        post_large(stack, JOBS)
        assert rss(stack, "table-agent") < MOST_RSS_BYTES
        demo.be_well()
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            wait_until(
                lambda: count(gateway, JobState.COMPLETED) == JOBS, 600, "all jobs are completed"
            )


def post_large(stack: RunningStack, jobs: int) -> None:
    """Post jobs of nearly 1 MB each."""
    body = json.dumps(LARGE).encode()

    def post(_: int) -> None:
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            gateway.submit(body)

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(post, range(jobs)))


def rss(stack: RunningStack, name: str) -> int:
    """Memory of a service, in bytes."""
    return int(psutil.Process(stack.pid(name)).memory_info().rss)
