"""Two gateways on one PostgreSQL, of which one is killed every 5 s under load."""

import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest

from services.cli.client.command_client import connect
from tests.crash.drill import PLANETS, until_final
from tests.gateways import START_S, RoundRobin, kill_in_turn, running_gateways
from tests.operation.measure import Measure
from tests.pipeline.webhook_endpoint import WEBHOOKS, Endpoint, open_endpoint
from tests.postgres import running_postgres
from tests.stack import running_stack, wait_until

SECONDS = 60.0
RATE = 4.0
CLIENTS = 64
ARRIVES_S = 120.0
PATIENT = {"GATEWAY_WEBHOOK_DELAYS": "1s,1m,5m"}
HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Seen:
    """What a client has seen of its job.

    Attributes:
        status: Of the answer to its post.
        facts: The sequence numbers of its stream.
        took_s: From the post to the end of the stream.
    """

    job_id: str
    status: int
    facts: list[int]
    took_s: float


def submit_and_follow(robin: RoundRobin) -> Seen:
    begun_at = time.monotonic()
    headers = HEADERS | {"Idempotency-Key": str(uuid4())}
    answer = robin.ask("POST", "/v1/jobs", content=PLANETS, headers=headers)
    if answer.status_code != 202:
        return Seen("", answer.status_code, [], 0.0)
    job_id = answer.json()["jobId"]
    facts = [int(fact.rpartition("-")[2]) for fact in robin.follow(job_id)]
    return Seen(job_id, 202, facts, time.monotonic() - begun_at)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_kill_every_5_s_fails_no_request_and_costs_no_event(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with (
        running_stack(tmp_path / "stack", "--with-demo") as stack,
        running_postgres() as server,
        running_gateways(stack, server.url("postgres"), tmp_path, WEBHOOKS | PATIENT) as robin,
        open_endpoint(robin.gateways[0].url, "job.completed") as endpoint,
    ):
        seen, kills = put_under_load(robin)
        with connect(stack.gateway_url) as independent:
            for one in seen:
                until_final(independent, one.job_id)
            states = {str(independent.jobs.get(one.job_id).status) for one in seen}
        wait_until(lambda: robin.all_are_ready, START_S, "both are ready again")
        webhooks = list_told(endpoint)
    assert {one.status for one in seen} == {202}
    assert states == {"completed"}
    assert webhooks == sorted(one.job_id for one in seen)
    odd = [one for one in seen if one.facts != [*range(1, len(one.facts) + 1)]]
    assert odd == []
    took = sorted(one.took_s for one in seen)
    measures.append(
        Measure(
            "two gateways on PostgreSQL, one killed every 5 s under load",
            "every job final, no event missed or doubled, each webhook under one id, no request"
            " failed but cut ones",
            f"{len(seen)} jobs completed, each told by a webhook under one id, {kills} kills,"
            f" {robin.cut} connections cut, 0 failed;"
            f" {sum(len(one.facts) for one in seen)} events, each once; to the end of the stream:"
            f" median {took[len(took) // 2]:.1f} s, worst {took[-1]:.1f} s",
        )
    )


def list_told(endpoint: Endpoint) -> list[str]:
    """The jobs that the endpoint was told of, one for each id, and never by two at once."""
    latest = endpoint.wait_for_end(ARRIVES_S)
    assert {one["state"] for one in latest} == {"delivered"}
    assert endpoint.receiver.together == []
    told = {one.id: json.loads(one.body)["data"]["jobId"] for one in endpoint.receiver.received}
    return sorted(told.values())


def put_under_load(robin: RoundRobin) -> tuple[list[Seen], int]:
    """Post and follow jobs at a steady rate while gateways are killed."""
    ended, futures = Event(), list[Future[Seen]]()
    with ThreadPoolExecutor(CLIENTS) as pool:

        def post_steadily() -> None:
            while not ended.wait(1 / RATE):
                futures.append(pool.submit(submit_and_follow, robin))

        thread = Thread(target=post_steadily)
        thread.start()
        try:
            kills = kill_in_turn(robin, SECONDS)
        finally:
            ended.set()
            thread.join()
        return [future.result() for future in futures], kills
