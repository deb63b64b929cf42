"""What fails is tried again, here or after its tier; what cannot be called waits parked."""

import urllib.request

import pytest

from schemas.api.status import JobState
from schemas.kafka.headers import decode_headers
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.kafka_view import NAMES, KafkaView
from tests.pipeline.test_main_job import PLANETS, run
from tests.stack import RunningStack, wait_until

CALLS_OF_AN_ATTEMPT = 3
"""A server error is tried twice more in the process before the record waits in a tier."""


def test_a_failure_that_passes_costs_only_a_retry_here(
    gateway: CommandClient, demo: DemoServer
) -> None:
    demo.misbehave("500", at_most=CALLS_OF_AN_ATTEMPT - 1)
    job = run(gateway, PLANETS)
    assert job.status is JobState.COMPLETED
    assert [stage.attempts for stage in job.stages] == [1, 1, 1]


async def test_a_failure_that_lasts_waits_in_a_tier_and_never_less_than_its_delay(
    stack: RunningStack, gateway: CommandClient, demo: DemoServer
) -> None:
    demo.misbehave("500", at_most=CALLS_OF_AN_ATTEMPT)
    job = run(gateway, PLANETS)
    assert job.status is JobState.COMPLETED
    assert [stage.attempts for stage in job.stages] == [2, 1, 1]
    key, kafka = str(job.job_id).encode(), KafkaView(stack)
    first, table = NAMES.tiers[0], StageName.TABLE
    waited = await kafka.expect(NAMES.retry(table, first), lambda r: r.key == key)
    again = await kafka.expect(
        NAMES.requests(table), lambda r: r.key == key and decode_headers(r.headers).attempt == 2
    )
    assert again.value == waited.value
    passed_s = (again.timestamp_ms - waited.timestamp_ms) / 1000
    assert first.delay_s <= passed_s <= first.delay_s + 1


def parked(stack: RunningStack, agent: str) -> bool:
    url = f"http://{stack.address(agent)}/readyz"
    with urllib.request.urlopen(url, timeout=5) as answer:
        return b'"parked": null' not in answer.read()


@pytest.mark.parametrize("fault", ["401", "quota", "404", "503", "html"])
@pytest.mark.timeout(60)
def test_while_no_call_can_succeed_the_stage_parks_and_no_attempt_is_charged(
    stack: RunningStack, gateway: CommandClient, demo: DemoServer, fault: str
) -> None:
    demo.misbehave(fault)
    jobs = [gateway.jobs.post(PLANETS) for _ in range(5)]
    wait_until(lambda: parked(stack, "table-agent"), 20, "the stage is parked")
    demo.be_well()
    for job in jobs:
        *_, last = follow(gateway, str(job.job_id))
        assert last.status is JobState.COMPLETED
        assert last.stages[0].attempts == 1
    wait_until(lambda: not parked(stack, "table-agent"), 20, "the stage has resumed")
