"""An app's server is told of its jobs by a real gateway, signed so that it can verify that."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from schemas.api.status import JobState
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from tests.live_receiver import live_receiver
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.test_main_job import PLANETS, run
from tests.pipeline.webhook_endpoint import ARRIVES_S, Endpoint, open_endpoint
from tests.stack import RunningStack, wait_until


@pytest.fixture
def endpoint(stack: RunningStack) -> Iterator[Endpoint]:
    with open_endpoint(stack.gateway_url, "job.completed", "job.failed") as opened:
        yield opened


def history(stack: RunningStack, job_id: str) -> list[dict[str, Any]]:
    url = f"{stack.gateway_url}/v1/jobs/{job_id}/events"
    events: list[dict[str, Any]] = httpx2.get(url, trust_env=False).json()["events"]
    return events


def test_what_becomes_of_a_job_is_told_with_a_signature_that_the_library_verifies(
    stack: RunningStack, gateway: CommandClient, endpoint: Endpoint
) -> None:
    job = run(gateway, PLANETS)
    assert job.status is JobState.COMPLETED
    wait_until(lambda: endpoint.receiver.received, ARRIVES_S, "the webhook has arrived")
    [request] = endpoint.receiver.received
    event = endpoint.verify(request)
    assert event["type"] == "job.completed"
    assert event["data"]["jobId"] == str(job.job_id)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(
            request.body.replace("completed", "failed"), request.headers
        )


def test_its_sequence_is_that_of_the_job_s_history_which_has_no_gap(
    stack: RunningStack, gateway: CommandClient, endpoint: Endpoint
) -> None:
    job_id = str(run(gateway, PLANETS).job_id)
    wait_until(lambda: endpoint.receiver.received, ARRIVES_S, "the webhook has arrived")
    told = endpoint.verify(endpoint.receiver.received[0])["data"]
    facts = {fact["sequence"]: fact for fact in history(stack, job_id)}
    assert sorted(facts) == [*range(1, len(facts) + 1)]
    same = facts[told["sequence"]]
    place = {name: same[name] for name in ("topic", "partition", "offset")}
    assert told["record"] == place


def test_an_endpoint_s_deliveries_are_counted_without_a_gap_and_its_log_tells_each_attempt(
    gateway: CommandClient, endpoint: Endpoint
) -> None:
    jobs = [str(gateway.jobs.post(PLANETS).job_id) for _ in range(5)]
    for job_id in jobs:
        list(follow(gateway, job_id))
    wait_until(lambda: len(endpoint.receiver.received) == 5, ARRIVES_S, "all five have arrived")
    found = endpoint.wait_for_end()
    assert [one["sequence"] for one in found] == [1, 2, 3, 4, 5]
    assert sorted(one["jobId"] for one in found) == sorted(jobs)
    assert [one["id"] for one in found] == endpoint.receiver.ids
    for one in found:
        [attempt] = endpoint.log(one["id"])
        assert (one["state"], attempt["status"], attempt["error"]) == ("delivered", 204, None)
        assert attempt["requestHeaders"]["webhook-id"] == one["id"]
        assert "webhook-signature" not in attempt["requestHeaders"]


def test_a_failure_is_told_with_its_cause_and_the_end_after_a_redrive_is_told_too(
    gateway: CommandClient, demo: DemoServer, endpoint: Endpoint
) -> None:
    demo.misbehave("refusal")
    job_id = str(run(gateway, PLANETS).job_id)
    demo.be_well()
    wait_until(lambda: endpoint.receiver.received, ARRIVES_S, "the failure has arrived")
    gateway.jobs.retry(job_id)
    wait_until(lambda: len(endpoint.receiver.received) == 2, ARRIVES_S, "the end has arrived")
    failed, completed = map(endpoint.verify, endpoint.receiver.received)
    error = failed["data"]["error"]
    assert (failed["type"], error["stage"], error["kind"]) == ("job.failed", "table", "refused")
    assert (completed["type"], completed["data"]["error"]) == ("job.completed", None)
    assert failed["data"]["sequence"] < completed["data"]["sequence"]


def test_a_job_that_waits_for_a_parked_stage_is_told_as_waiting_and_what_was_cancelled_too(
    stack: RunningStack, gateway: CommandClient, demo: DemoServer
) -> None:
    with open_endpoint(stack.gateway_url) as endpoint:
        demo.misbehave("401")
        job_id = str(gateway.jobs.post(PLANETS).job_id)
        wait_until(lambda: endpoint.receiver.received, ARRIVES_S, "it is told that it waits")
        gateway.jobs.cancel(job_id)
        wait_until(lambda: len(endpoint.receiver.received) == 2, ARRIVES_S, "its end is told")
        waiting, cancelled = map(endpoint.verify, endpoint.receiver.received)
    assert (waiting["type"], waiting["data"]["stage"]) == ("job.waiting", "table")
    assert cancelled["type"] == "job.cancelled"


def test_a_job_s_own_webhook_is_told_where_the_job_says(
    stack: RunningStack, gateway: CommandClient
) -> None:
    with open_endpoint(stack.gateway_url, for_jobs=True) as endpoint:
        own = {"url": f"{endpoint.receiver.url}/row?n=42", "events": ["job.completed"]}
        body = json.dumps(json.loads(PLANETS) | {"webhook": own}).encode()
        job_id = str(run(gateway, body).job_id)
        run(gateway, PLANETS)  # says nothing of where it is told
        wait_until(lambda: endpoint.receiver.received, ARRIVES_S, "the webhook has arrived")
        [request] = endpoint.receiver.received
        assert request.path == "/hook/row?n=42"
        assert endpoint.verify(request)["data"]["jobId"] == job_id


@pytest.mark.timeout(120)
def test_by_the_command_line_too(stack: RunningStack) -> None:
    env = {"BRAINSHARE_URL": stack.gateway_url}

    def ask(*arguments: str) -> str:
        done = run_brainshare("webhooks", *arguments, env=env)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    with live_receiver() as receiver:
        made = json.loads(ask("create", receiver.url, "--json"))
        delivery = json.loads(ask("test", made["id"], "--json"))
        wait_until(lambda: receiver.received, ARRIVES_S, "the test event has arrived")
        [request] = receiver.received
        assert (
            Webhook(made["secret"]).verify(request.body, request.headers)["type"] == "webhook.test"
        )
        assert request.id == delivery["id"]
        log = f"{stack.gateway_url}/v1/webhooks/{made['id']}/deliveries/{delivery['id']}"
        wait_until(lambda: httpx2.get(log, trust_env=False).json()["log"], 10, "it is noted")
        told = ask("deliveries", made["id"], delivery["id"])
        assert "answered 204" in told
        assert " delivered" in told
        httpx2.delete(f"{stack.gateway_url}/v1/webhooks/{made['id']}", trust_env=False)
