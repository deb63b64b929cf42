"""A cancel is real: heard, the call closed at the provider, and nothing called afterwards."""

import pytest

from schemas.api.status import JobState, StageState
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from services.cli.terminal.error import RequestRefused
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.test_main_job import PLANETS, run
from tests.stack import RunningStack, wait_until

LONG_CALL_MS = 20_000
CALLS_OF_A_JOB = 3
PROBES = 2


def test_a_cancel_closes_the_call_under_way_and_no_other_follows(
    gateway: CommandClient, demo: DemoServer
) -> None:
    demo.misbehave(latency_ms=LONG_CALL_MS)
    begun, aborted = demo.calls_begun, demo.calls_aborted
    job_id = str(gateway.jobs.post(PLANETS).job_id)
    wait_until(lambda: demo.calls_begun > begun, 10, "the call is under way")
    gateway.jobs.cancel(job_id)
    *_, job = follow(gateway, job_id)
    assert job.status is JobState.CANCELLED
    wait_until(lambda: demo.calls_aborted == aborted + 1, 5, "the call is closed at the server")
    assert demo.calls_begun == begun + 1
    assert job.cancel is not None
    assert job.cancel.heard_at is not None
    assert job.cancel.closed_at is not None
    assert job.cancel.asked_at <= job.cancel.heard_at <= job.cancel.closed_at
    assert job.cancel.calls_not_made == ("column", "row")
    assert job.stages[0].state is StageState.CANCELLED


def test_a_job_before_a_parked_stage_is_cancelled_at_once(
    gateway: CommandClient, demo: DemoServer
) -> None:
    demo.misbehave("401")
    job_id = str(gateway.jobs.post(PLANETS).job_id)
    wait_until(lambda: gateway.jobs.get(job_id).stages[0].error, 15, "the job waits")
    gateway.jobs.cancel(job_id)
    *_, job = follow(gateway, job_id)
    assert job.status is JobState.CANCELLED
    begun = demo.calls_begun
    demo.be_well()
    assert run(gateway, PLANETS).status is JobState.COMPLETED
    assert demo.calls_begun - begun <= CALLS_OF_A_JOB + PROBES
    assert gateway.jobs.get(job_id).status is JobState.CANCELLED


def test_a_job_that_has_ended_cannot_be_cancelled(gateway: CommandClient) -> None:
    job = run(gateway, PLANETS)
    with pytest.raises(RequestRefused, match="too late to cancel"):
        gateway.jobs.cancel(str(job.job_id))


def test_cancelling_twice_is_cancelling_once(
    stack: RunningStack, gateway: CommandClient, demo: DemoServer
) -> None:
    demo.misbehave(latency_ms=LONG_CALL_MS)
    begun = demo.calls_begun
    job_id = str(gateway.jobs.post(PLANETS).job_id)
    wait_until(lambda: demo.calls_begun > begun, 10, "the call is under way")
    env = {"BRAINSHARE_URL": stack.gateway_url}
    first, second = (run_brainshare("cancel", job_id, env=env) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert b"calls not made  column, row" in second.stdout
