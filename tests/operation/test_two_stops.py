"""A deploy, and another one, while one long call is under way."""

import signal
from pathlib import Path

import pytest

from services.cli.client.command_client import connect
from tests.crash.drill import submit, until_final
from tests.operation.measure import Measure
from tests.pipeline.demo_server import DemoServer
from tests.stack import RunningStack, running_stack, wait_until

CALL_S = 40.0
BEGUN_S, STOP_S = 60.0, 60.0


@pytest.mark.long
@pytest.mark.timeout(400)
def test_two_stops_of_a_stack_are_no_crash_of_the_job_under_way(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with running_stack(tmp_path, "--with-demo", *slowly()) as stack:
        job_id = submit(stack.gateway_url)
        stop_while_calling(stack)
    with running_stack(tmp_path, "--with-demo", *slowly()) as stack:
        stop_while_calling(stack)
    with running_stack(tmp_path, "--with-demo") as stack, connect(stack.gateway_url) as gateway:
        until_final(gateway, job_id)
        job, events = gateway.jobs.get(job_id), [*gateway.jobs.history(job_id)]
    kinds = [event.kind for event in events]
    measures.append(
        Measure(
            f"a stack stopped twice during a call of {CALL_S:g} s",
            "the job completes, and is no suspect",
            f"{job.status.value}; interrupted {kinds.count('interrupted')} times",
        )
    )
    assert job.status == "completed"
    assert kinds.count("interrupted") == 2


def slowly() -> tuple[str, str]:
    """The demo model takes so long, more or less, for a call."""
    return "--demo-latency-ms", str(int(CALL_S * 1000))


def stop_while_calling(stack: RunningStack) -> None:
    """Stop the whole stack by SIGTERM, once a call is under way."""
    demo = DemoServer(f"http://{stack.address('demo-llm')}")
    wait_until(lambda: demo.calls_begun, BEGUN_S, "the call is under way")
    stack.process.send_signal(signal.SIGTERM)
    stack.process.wait(STOP_S)
