"""A node of a cluster goes away with half of the partitions, and comes back."""

import os
import signal
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.crash.drill import FINAL_S, PLANETS, STAGES, count
from tests.operation.cluster import Cluster, running_cluster
from tests.operation.load import ACCEPTED, Clients, Post, open_clients, pause
from tests.operation.measure import Measure
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.stack import RunningStack, running_stack, wait_until

JOBS_PER_S = 3.0
BEFORE_S, AWAY_S, AFTER_S = 10.0, 60.0, 20.0
CALL_MS = 300
SLOTS = 64
ASK_S = 10.0
"""Readiness asks the broker for 5 s."""


@dataclass(frozen=True)
class Loss:
    """When a node was away, by the monotonic clock, and who posted meanwhile."""

    away_at: float
    back_at: float
    clients: Clients

    @property
    def job_ids(self) -> set[str]:
        """What was accepted in the end."""
        return {post.job_id for post in self.clients.posts}

    def refused(self, since: float, until: float = float("inf")) -> int:
        """Posts begun in a span that did not get a 202."""
        answers = [answer for post in self.clients.posts for answer in post.answers]
        return sum(since <= a.begun_at < until and a.status != ACCEPTED for a in answers)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_node_may_be_away_for_a_minute_under_load(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with running_cluster(tmp_path / "cluster") as cluster:
        env = {"KAFKA_BOOTSTRAP_SERVERS": cluster.servers}
        with running_stack(tmp_path / "stack", "--with-demo", env=env) as stack:
            demo, pids = DemoServer(f"http://{stack.address('demo-llm')}"), list_pids(stack)
            demo.misbehave(latency_ms=CALL_MS)
            loss = lose_a_node(stack, cluster)
            final_s = until_completed(stack, loss)
            audit = run_brainshare("audit", env=env)
            restarted = list_pids(stack).items() - pids.items()
            calls = demo.calls_begun
    jobs, after = len(loss.job_ids), loss.refused(loss.back_at)
    measured = (
        f"{jobs} jobs, {calls} calls for {jobs * STAGES}; POSTs refused meanwhile"
        f" {loss.refused(loss.away_at, loss.back_at)}, afterwards {after}; all completed"
        f" {final_s:.0f} s after it was back; restarted: {sorted(restarted) or 'nothing'}"
    )
    measures.append(
        Measure(
            f"one of two nodes away for {AWAY_S:g} s, {JOBS_PER_S:g} jobs a second",
            "every job completed, nothing restarted by hand, no POST refused once it is back",
            measured,
        )
    )
    assert after == 0
    assert audit.returncode == 0, audit.stdout.decode()
    assert calls <= (jobs + SLOTS) * STAGES


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_gateway_that_starts_while_partitions_have_no_leader_says_so_and_waits(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with running_cluster(tmp_path / "cluster") as cluster:
        env = {"KAFKA_BOOTSTRAP_SERVERS": cluster.servers}
        with running_stack(tmp_path / "stack", "--with-demo", env=env) as stack:
            before = list_pids(stack)["gateway"]
            cluster.second.end(signal.SIGKILL)
            began_at = time.monotonic()
            os.kill(before, signal.SIGKILL)
            wait_until(lambda: ask(stack, "/healthz") == HTTPStatus.OK, FINAL_S, "its port is open")
            open_s = time.monotonic() - began_at
            early = [ask(stack, path) for path in ("/v1/jobs", "/readyz", "/metrics")]
            cluster.second.start()
            cluster.until_whole()
            back_at = time.monotonic()
            wait_until(lambda: ask(stack, "/v1/jobs") == HTTPStatus.OK, FINAL_S, "it answers")
            ready_s = time.monotonic() - back_at
    measures.append(
        Measure(
            "a gateway starts while a node of two is away",
            "its port is open, 503 about jobs, ready once the node is back",
            f"open after {open_s:.1f} s, ready {ready_s:.1f} s after the node was back",
        )
    )
    assert early == [HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.OK]


def ask(stack: RunningStack, path: str) -> int | None:
    """The status of an answer, None where nobody answers."""
    try:
        return httpx2.get(f"{stack.gateway_url}{path}", timeout=ASK_S).status_code
    except httpx2.TransportError:
        return None


def lose_a_node(stack: RunningStack, cluster: Cluster) -> Loss:
    """Kill the node that is not the controller under load, and start it again."""
    with open_clients(stack.gateway_url) as clients:
        with clients.posting(JOBS_PER_S, lambda: Post(PLANETS)):
            pause(BEFORE_S)
            away_at = time.monotonic()
            cluster.second.end(signal.SIGKILL)
            pause(AWAY_S)
            cluster.second.start()
            cluster.until_whole()
            back_at = time.monotonic()
            pause(AFTER_S)
        return Loss(away_at, back_at, clients)


def until_completed(stack: RunningStack, loss: Loss) -> float:
    """Wait for all jobs, and say how long after the node's return that was, in seconds."""
    jobs = len(loss.job_ids)
    assert "" not in loss.job_ids, "a post was never accepted"
    with connect(stack.gateway_url, retry_for_s=60) as gateway:
        wait_until(lambda: count(gateway, JobState.COMPLETED) >= jobs, FINAL_S, "all jobs")
        final_s = time.monotonic() - loss.back_at
        assert count(gateway, JobState.COMPLETED) == jobs
    return final_s


def list_pids(stack: RunningStack) -> dict[str, int]:
    """The process of each service."""
    return {process.name: process.pid for process in stack.file.processes}
