"""Two gateways on one PostgreSQL, of which one is killed every 5 s under load."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest

from services.cli.client.command_client import connect
from tests.crash.drill import PLANETS, until_final
from tests.gateways import RoundRobin, kill_in_turn, running_gateways
from tests.operation.measure import Measure
from tests.postgres import running_postgres
from tests.stack import running_stack

SECONDS = 60.0
RATE = 4.0
CLIENTS = 64
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
        running_gateways(stack, server.url("postgres"), tmp_path) as robin,
    ):
        seen, kills = put_under_load(robin)
        with connect(stack.gateway_url) as independent:
            for one in seen:
                until_final(independent, one.job_id)
            states = {str(independent.jobs.get(one.job_id).status) for one in seen}
    assert {one.status for one in seen} == {202}
    assert states == {"completed"}
    odd = [one for one in seen if one.facts != [*range(1, len(one.facts) + 1)]]
    assert odd == []
    took = sorted(one.took_s for one in seen)
    measures.append(
        Measure(
            "two gateways on PostgreSQL, one killed every 5 s under load",
            "every job final, no event missed or doubled, no request failed but cut ones",
            f"{len(seen)} jobs completed, {kills} kills, {robin.cut} connections cut, 0 failed;"
            f" {sum(len(one.facts) for one in seen)} events, each once; to the end of the stream:"
            f" median {took[len(took) // 2]:.1f} s, worst {took[-1]:.1f} s",
        )
    )


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
