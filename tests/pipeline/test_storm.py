"""A provider that refuses everything for a while: nothing is lost, no attempt is paid for it."""

import re
import time
import urllib.request

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.test_main_job import PLANETS, run
from tests.stack import RunningStack, wait_until

JOBS = 40
STORM_S = 15.0
AGENT = "table-agent"
REBALANCES = "brainshare_rebalances_total"


def read_metric(stack: RunningStack, name: str) -> float:
    with urllib.request.urlopen(f"http://{stack.address(AGENT)}/metrics", timeout=5) as answer:
        found = re.search(rf"^{name}{{[^}}]*}} (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.timeout(120)
def test_a_storm_of_429_costs_few_calls_no_attempt_and_no_rebalance(
    stack: RunningStack, gateway: CommandClient, demo: DemoServer
) -> None:
    assert run(gateway, PLANETS).status is JobState.COMPLETED
    wait_until(lambda: read_metric(stack, REBALANCES), 20, "the group is whole")
    demo.limit_rate(retry_after_s=1)
    rebalances, calls = read_metric(stack, REBALANCES), demo.calls_begun
    jobs = [gateway.jobs.post(PLANETS) for _ in range(JOBS)]
    ends_at = time.monotonic() + STORM_S
    wait_until(lambda: time.monotonic() > ends_at, STORM_S + 5, "the storm is over")
    in_storm = demo.calls_begun - calls
    demo.be_well()
    for job in jobs:
        *_, last = follow(gateway, str(job.job_id))
        assert last.status is JobState.COMPLETED
        assert [stage.attempts for stage in last.stages] == [1, 1, 1]
    assert read_metric(stack, REBALANCES) == rebalances
    assert in_storm < JOBS + STORM_S
