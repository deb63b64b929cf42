"""A deadline is kept although no stage looks: parked, or not there."""

import json

import pytest

from schemas.api.status import JobState
from schemas.kafka.headers import ErrorKind
from services.cli.client.command_client import CommandClient
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, wait_until

DEADLINE_S = 5
KEPT_S = DEADLINE_S + 15.0
BODY = {
    "tableId": "late",
    "context": {"title": "Planets"},
    "stages": ["table"],
    "deadlineS": DEADLINE_S,
}


def submit_late(gateway: CommandClient) -> str:
    return str(gateway.jobs.post(json.dumps(BODY).encode()).job_id)


def until_failed(gateway: CommandClient, job_id: str) -> ErrorKind | None:
    """Wait for a job to fail, and say of what."""

    def has_failed() -> bool:
        return gateway.jobs.get(job_id).status is JobState.FAILED

    wait_until(has_failed, KEPT_S, f"{job_id} has failed")
    error = gateway.jobs.get(job_id).error
    return error.kind if error else None


@pytest.mark.timeout(90)
def test_jobs_before_a_parked_stage_fail_at_their_deadline(
    gateway: CommandClient, demo: DemoServer
) -> None:
    demo.misbehave("401")
    ids = [submit_late(gateway) for _ in range(3)]
    assert {until_failed(gateway, job_id) for job_id in ids} == {ErrorKind.DEADLINE}


@pytest.mark.timeout(120)
def test_a_job_of_a_stage_that_is_away_fails_at_its_deadline_and_can_be_put_back(
    stack: RunningStack, gateway: CommandClient
) -> None:
    with stack.suspended("table-agent"):
        job_id = submit_late(gateway)
        assert until_failed(gateway, job_id) is ErrorKind.DEADLINE
        [letter] = [
            letter
            for letter in gateway.dead_letters.page(kind=ErrorKind.DEADLINE, limit=200).dead_letters
            if str(letter.job_id) == job_id
        ]
        gateway.dead_letters.redrive(letter.id)
    wait_until(
        lambda: gateway.jobs.get(job_id).status is JobState.COMPLETED, KEPT_S, "it is completed"
    )
    # The stage has pulled the record of before, too, and has said the same of it as the clock.
    audit = run_brainshare("audit", env={"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, **RETRIES})
    assert job_id not in audit.stdout.decode().replace(f"answered twice {job_id}", "")
