"""A stop ends, whatever hangs."""

import signal
from pathlib import Path

import psutil
import pytest

from services.stage_runtime.consumer.faust_app import FAUST_STOP_S
from tests.crash.test_random_kills import is_alive
from tests.stack import running_stack, wait_until

DRAIN_S = 1
MARGIN_S = 5


@pytest.mark.timeout(120)
def test_an_agent_ends_in_time_although_the_broker_does_not_answer(tmp_path: Path) -> None:
    with running_stack(tmp_path, env={"STAGE_DRAIN_S": str(DRAIN_S)}) as stack:
        broker = psutil.Process(stack.pid("kafka"))
        broker.suspend()
        try:
            agent = stack.kill("table-agent", signal.SIGTERM)
            bound_s = DRAIN_S + FAUST_STOP_S + MARGIN_S
            wait_until(lambda: not is_alive(agent), bound_s, "the agent has ended")
        finally:
            broker.resume()
