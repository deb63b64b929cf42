"""The tables made anew from the topics of a real stack: equal, or what differs is named."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from uuid import uuid4

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import CommandClient, connect
from tests.crash.drill import FINAL_S, PLANETS, submit_many, until_final
from tests.operation.measure import Measure
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

JOBS, JOBS_LONG = 60, 2_000
EVERY = 10
"""Of so many jobs one is refused for good, one is cancelled, and one is posted twice."""

FAULTS = {"refusal": 0.12, "500": 0.1}
"""Shares of the calls; a second refusal in a row is a dead letter."""

REDRIVEN = 3
SLOW_MS = 60_000
"""A call that has not ended when its job is cancelled, however long that takes."""


def make_mixed_jobs(stack: RunningStack, demo: DemoServer, jobs: int) -> Counter[str]:
    """Jobs that complete, fail, are put back, are cancelled, and are posted twice with one key."""
    demo.misbehave("refusal")
    ids = submit_many(stack, jobs // EVERY)
    until_all_final(stack, ids)
    demo.fail_at_random(FAULTS)
    ids += submit_many(stack, jobs - 3 * (jobs // EVERY))
    until_all_final(stack, ids)
    demo.misbehave(latency_ms=SLOW_MS)
    cancelled = submit_many(stack, jobs // EVERY)
    with connect(stack.gateway_url, retry_for_s=60) as gateway:
        for job_id in cancelled:
            gateway.jobs.cancel(job_id)
        demo.fail_at_random({})
        for _ in range(jobs // EVERY):
            key = str(uuid4())
            twice = {str(gateway.jobs.post(PLANETS, key).job_id) for _ in range(2)}
            ids += list(twice)
        until_all_final(stack, [*ids, *cancelled])
        put_back(gateway)
        return Counter(str(gateway.jobs.get(job_id).status) for job_id in (*ids, *cancelled))


def until_all_final(stack: RunningStack, ids: list[str]) -> None:
    """Wait for the end of jobs."""
    with connect(stack.gateway_url, retry_for_s=60) as gateway:
        for job_id in ids:
            until_final(gateway, job_id)


def put_back(gateway: CommandClient) -> None:
    """Redrive some of the dead letters, now that the model is well; the others stay."""
    for letter in gateway.dead_letters.page(limit=200).dead_letters[::REDRIVEN]:
        gateway.dead_letters.redrive(letter.id)
        until_completed(gateway, str(letter.job_id))


def until_completed(gateway: CommandClient, job_id: str) -> None:
    """Wait for a job to complete: until its redrive is seen, the old failure still stands."""

    def has_completed() -> bool:
        return gateway.jobs.get(job_id).status is JobState.COMPLETED

    wait_until(has_completed, FINAL_S, f"{job_id} has completed")


def rebuild(stack: RunningStack, *options: str) -> CompletedProcess[bytes]:
    told = ("rebuild", "--json", "--data-dir", str(stack.data_dir), *options)
    return run_brainshare(*told, env=RETRIES, timeout_s=600)


@pytest.mark.timeout(1_800)
def test_tables_made_anew_are_equal_and_a_row_changed_by_hand_is_named(
    tmp_path: Path, measures: list[Measure], pytestconfig: pytest.Config
) -> None:
    jobs = JOBS_LONG if pytestconfig.getoption("--long", default=False) else JOBS
    with running_stack(tmp_path / "stack", "--with-demo", env=RETRIES) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        states = make_mixed_jobs(stack, demo, jobs)
        assert {*states} >= {JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED}, states
        equal = rebuild(stack, "--dry-run")
        assert equal.returncode == 0, equal.stdout.decode() + equal.stderr.decode()
        told = json.loads(equal.stdout)
        counted = sum((Counter(day["anew"]["states"]) for day in told["days"]), Counter[str]())
        assert counted == states
        changed = change_by_hand(stack.data_dir / "gateway.db")
        named = rebuild(stack, "--dry-run")
        assert named.returncode == 1, named.stdout.decode()
        assert [one["jobId"] for one in json.loads(named.stdout)["differences"]] == [changed]
        assert rebuild(stack).returncode == 0
        assert rebuild(stack, "--dry-run").returncode == 0
    measures.append(
        Measure(
            "the tables made anew beside the live ones",
            "no difference; a row changed by hand is named, and made right",
            f"{jobs} jobs ({', '.join(f'{n} {state}' for state, n in sorted(states.items()))}),"
            f" {told['records']} records: 0 differ; then 1 changed, 1 named, 0 differ",
        )
    )


def change_by_hand(file: Path) -> str:
    """Change the status of a job, as a person with sqlite3 would."""
    with closing(sqlite3.connect(file, timeout=10)) as tables, tables:
        query = "SELECT job_id FROM jobs WHERE status = 'completed' LIMIT 1"
        job_id = str(tables.execute(query).fetchone()[0])
        tables.execute("UPDATE jobs SET status = 'failed' WHERE job_id = ?", (job_id,))
    return job_id
