"""Two gateways on one PostgreSQL are one API, whichever of them dies."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import httpx2
import pytest

from tests.crash.drill import PLANETS
from tests.gateways import RoundRobin, running_gateways
from tests.pipeline.webhook_endpoint import WEBHOOKS, Endpoint, open_endpoint
from tests.postgres import NoServerError, running_postgres
from tests.stack import RETRIES, RunningStack, wait_until
from tests.unit.gateway.receiver import Answer

POSTS = 50
TAKEOVER_S = 5.0
HANG = Answer(hangs=True)
PATIENT = {"GATEWAY_WEBHOOK_DELAYS": "500ms,1s,2s,3s,4s,5s,6s,7s,8s"}
"""What hangs is tried for longer than the test takes."""

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def robin(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoundRobin]:
    """Two gateways beside the one of the stack."""
    folder = tmp_path_factory.mktemp("gateways")
    try:
        with (
            running_postgres() as server,
            running_gateways(
                stack, server.url("postgres"), folder, RETRIES | WEBHOOKS | PATIENT
            ) as running,
        ):
            yield running
    except NoServerError as error:
        if os.environ.get("CI"):  # noqa: TID251 - not a setting
            raise
        pytest.skip(str(error))


def post(robin: RoundRobin, key: str) -> httpx2.Response:
    return robin.ask("POST", "/v1/jobs", content=PLANETS, headers=JSON | {"Idempotency-Key": key})


@pytest.mark.timeout(300)
def test_one_key_through_two_gateways_is_one_job(robin: RoundRobin, stack: RunningStack) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(POSTS) as pool:
        answers = list(pool.map(lambda _: post(robin, key), range(POSTS)))
    assert {answer.status_code for answer in answers} == {202}
    [job_id] = {answer.json()["jobId"] for answer in answers}
    facts = robin.follow(job_id)
    accepted = robin.ask("GET", f"/v1/jobs/{job_id}/events").json()["events"]
    assert sum(event["kind"] == "accepted" for event in accepted) == 1
    assert [int(fact.rpartition("-")[2]) for fact in facts] == [*range(1, len(facts) + 1)]


@pytest.mark.timeout(300)
def test_both_tell_the_same_of_a_job(robin: RoundRobin) -> None:
    job_id = post(robin, str(uuid4())).json()["jobId"]
    robin.follow(job_id)
    answers = [httpx2.get(f"{one.url}/v1/jobs/{job_id}", trust_env=False) for one in robin.gateways]
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    assert answers[0].json() == answers[1].json()


@pytest.mark.timeout(300)
def test_another_takes_over_and_a_stream_goes_on(robin: RoundRobin) -> None:
    wait_until(lambda: robin.all_are_ready, 120, "both are ready")
    victim, other = robin.gateways
    job_id = post(robin, str(uuid4())).json()["jobId"]
    robin.take_out(victim)
    victim.end()
    try:
        for _ in range(6):  # jobs of every partition, more or less
            job_id = post(robin, str(uuid4())).json()["jobId"]
            facts = robin.follow(job_id)
            assert [int(f.rpartition("-")[2]) for f in facts] == [*range(1, len(facts) + 1)]
        wait_until(lambda: held(other.url) == 6, TAKEOVER_S, "the other holds every partition")
    finally:
        victim.start()
    wait_until(lambda: held(victim.url) == 3 == held(other.url), 120, "each has its share again")


@pytest.mark.timeout(300)
def test_each_webhook_has_one_sender_at_a_time_and_arrives_though_a_gateway_is_killed(
    robin: RoundRobin,
) -> None:
    wait_until(lambda: robin.all_are_ready, 120, "both are ready")
    victim, other = robin.gateways
    with ExitStack() as opened:
        endpoints = [opened.enter_context(open_endpoint(other.url)) for _ in range(8)]
        for endpoint in endpoints:
            endpoint.receiver.always = HANG
        jobs = [post(robin, str(uuid4())).json()["jobId"] for _ in range(4)]
        for job_id in jobs:
            robin.follow(job_id)
        wait_until(lambda: all(sends(one.url) for one in robin.gateways), 30, "both are sending")
        robin.take_out(victim)
        victim.end()
        for endpoint in endpoints:
            endpoint.receiver.always = Answer(204)
        try:
            for endpoint in endpoints:
                check_that_all_arrived(endpoint, jobs)
        finally:
            victim.start()


def check_that_all_arrived(endpoint: Endpoint, jobs: list[str]) -> None:
    """Each of the jobs was told in the endpoint's order, and never by two at once."""
    found = endpoint.wait_for_end(60)
    assert {one["state"] for one in found} == {"delivered"}
    assert sorted(one["jobId"] for one in found) == sorted(jobs)
    assert [one["sequence"] for one in found] == [1, 2, 3, 4]
    assert list(dict.fromkeys(endpoint.receiver.ids)) == [one["id"] for one in found]
    assert endpoint.receiver.together == []


def held(url: str) -> int:
    """How many partitions a gateway projects; -1 where it does not answer."""
    return read_gauge(url, "brainshare_leases_held")


def sends(url: str) -> int:
    """How many webhooks a gateway is sending."""
    return read_gauge(url, "brainshare_webhooks_in_flight")


def read_gauge(url: str, name: str) -> int:
    try:
        text = httpx2.get(f"{url}/metrics", trust_env=False).text
    except httpx2.TransportError:
        return -1
    [line] = [one for one in text.splitlines() if one.startswith(f"{name} ")]
    return int(float(line.split()[1]))
