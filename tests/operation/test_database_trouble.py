"""The gateway's database is locked by somebody else, or gone."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.crash.drill import PLANETS, STAGES, count, submit, until_final
from tests.operation.load import ACCEPTED, UNAVAILABLE, Answer, Clients, Post, open_clients
from tests.operation.measure import Measure
from tests.pipeline.demo_server import DemoServer
from tests.stack import RunningStack, running_stack, wait_until

LOCKED_S = 9.0
DATABASE = "gateway.db"


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold the lock for writing, as another program may."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.long
@pytest.mark.timeout(180)
def test_a_locked_database_refuses_for_now_and_ends_nothing(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with (
        running_stack(tmp_path, "--with-demo") as stack,
        open_clients(stack.gateway_url) as clients,
        connect(stack.gateway_url, retry_for_s=60) as gateway,
    ):
        before = stack.file.processes
        with locked(tmp_path / DATABASE):
            answers = post_while(clients, LOCKED_S)
        assert {answer.status for answer in answers} <= {ACCEPTED, UNAVAILABLE}
        assert all("Retry-After" in a.headers for a in answers if a.status == UNAVAILABLE)
        again = clients.ask_once(Post(PLANETS))
        assert again.status == ACCEPTED
        until_final(gateway, again.job_id)
        accepted = sum(answer.status == ACCEPTED for answer in answers) + 1
        wait_until(lambda: count(gateway, JobState.COMPLETED) >= accepted, 60, "all are completed")
        assert stack.file.processes == before
    refused = sum(answer.status == UNAVAILABLE for answer in answers)
    measures.append(
        Measure(
            f"the database locked for {LOCKED_S:g} s under POSTs",
            "202, or 503 with Retry-After; nothing ends; then all is well",
            f"202: {accepted}, 503: {refused}; no process ended; all completed",
        )
    )


def post_while(clients: Clients, seconds: float) -> list[Answer]:
    """Post one request after the other for so long."""
    ends_at, answers = time.monotonic() + seconds, list[Answer]()
    while time.monotonic() < ends_at:
        answers.append(clients.ask_once(Post(PLANETS)))
    return answers


@pytest.mark.long
@pytest.mark.timeout(240)
def test_a_key_is_the_same_job_though_the_database_is_gone(
    tmp_path: Path, measures: list[Measure]
) -> None:
    post = Post(PLANETS)
    with running_stack(tmp_path, "--with-demo") as stack:
        first = post_until_accepted(stack, post)
        with connect(stack.gateway_url) as gateway:
            until_final(gateway, first.job_id)
    for file in tmp_path.glob(f"{DATABASE}*"):
        file.unlink()
    with running_stack(tmp_path, "--with-demo") as stack, connect(stack.gateway_url) as gateway:
        second = post_until_accepted(stack, post)
        until_final(gateway, second.job_id)
        until_final(gateway, submit(stack.gateway_url))  # what was to be run would be by now
        events = [*gateway.jobs.history(second.job_id)]
        calls = DemoServer(f"http://{stack.address('demo-llm')}").calls_begun
    answered = sum(event.kind == "succeeded" for event in events)
    measures.append(
        Measure(
            "the database removed between two POSTs of one key",
            "the same job, no second run",
            f"{'the same job' if second.job_id == first.job_id else 'another job'};"
            f" calls for it after the second POST: {calls - STAGES}",
        )
    )
    assert (second.job_id, answered, calls) == (first.job_id, STAGES, STAGES)


def post_until_accepted(stack: RunningStack, post: Post) -> Answer:
    """Post as a patient client does."""
    with open_clients(stack.gateway_url) as clients:
        clients.persist(post)
        assert post.answers[-1].status == ACCEPTED
        return post.answers[-1]
