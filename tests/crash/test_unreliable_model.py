"""A model that fails at random: every job ends, and what was given up on can be put back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schemas.api.status import JobState
from schemas.kafka.headers import ErrorKind
from services.cli.client.command_client import CommandClient, connect
from tests.crash.drill import count, submit
from tests.pipeline.demo_server import DemoServer
from tests.stack import running_stack, wait_until

JOBS, MANY_JOBS = 160, 500
RETRIES = {"RETRY_TIERS": "200ms,500ms,1s", "RETRY_MAX_ATTEMPTS": "6"}


@pytest.mark.timeout(240)
def test_of_failing_calls_only_the_hopeless_ones_are_dead_letters_and_all_can_be_redriven(
    tmp_path: Path, is_long: bool
) -> None:
    jobs = MANY_JOBS if is_long else JOBS
    with running_stack(tmp_path, "--with-demo", env=RETRIES) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.fail_at_random({"500": 0.2, "policy": 0.02})
        with ThreadPoolExecutor(16) as clients:
            list(clients.map(submit, [stack.gateway_url] * jobs))
        with connect(stack.gateway_url) as gateway:
            wait_until(lambda: final(gateway) == jobs, 120, "every job is final")
            letters = gateway.dead_letters.page(limit=200).dead_letters
            assert {letter.error_kind for letter in letters} == {ErrorKind.REFUSED}
            assert len(letters) == count(gateway, JobState.FAILED) == demo.count_faults("policy")
            demo.be_well()
            redriven = gateway.dead_letters.redrive_many(kind=ErrorKind.REFUSED)
            assert len(redriven.dead_letters) == len(letters)
            wait_until(
                lambda: count(gateway, JobState.COMPLETED) == jobs, 60, "every job is completed"
            )
            assert gateway.dead_letters.page().dead_letters == ()


def final(gateway: CommandClient) -> int:
    return count(gateway, JobState.COMPLETED) + count(gateway, JobState.FAILED)
