"""Cancels at random moments: no job ends otherwise than the rule says, and no call follows."""

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schemas.api.status import HistoryItem, JobState, JobStatus
from services.cli.client.command_client import CommandClient, connect
from services.cli.terminal.error import RequestRefused
from tests.crash.drill import submit
from tests.pipeline.demo_server import DemoServer
from tests.stack import running_stack, wait_until

JOBS, MANY_JOBS = 80, 1_000
CALL_MS = 100
LATEST_CANCEL_S = 1.0


@pytest.mark.timeout(600)
def test_a_cancelled_job_is_never_called_again(tmp_path: Path, is_long: bool, seed: int) -> None:
    jobs = MANY_JOBS if is_long else JOBS
    chance = random.Random(seed)
    moments = [chance.uniform(0, LATEST_CANCEL_S) for _ in range(jobs)]
    with running_stack(tmp_path, "--with-demo") as stack:
        DemoServer(f"http://{stack.address('demo-llm')}").misbehave(latency_ms=CALL_MS)
        with ThreadPoolExecutor(16) as clients:
            urls = [stack.gateway_url] * jobs
            ids = list(clients.map(submit_and_cancel, urls, moments))
        with connect(stack.gateway_url) as gateway:
            ended = [until_final(gateway, job_id) for job_id in ids]
            states = {job.status for job in ended}
            assert states <= {JobState.COMPLETED, JobState.CANCELLED}
            assert JobState.CANCELLED in states
            for job in ended:
                assert calls_after_heard([*gateway.jobs.history(str(job.job_id))]) == []
                assert gateway.jobs.get(str(job.job_id)).status is job.status


def submit_and_cancel(url: str, moment_s: float) -> str:
    """Post a job, and cancel it so many seconds later; it may have ended by then."""
    job_id, due = submit(url), time.monotonic() + moment_s
    wait_until(lambda: time.monotonic() >= due, LATEST_CANCEL_S + 1, "the moment of the cancel")
    with connect(url) as gateway:
        try:
            gateway.jobs.cancel(job_id)
        except RequestRefused as error:
            if "too late to cancel" not in error.message:
                raise
    return job_id


def until_final(gateway: CommandClient, job_id: str) -> JobStatus:
    wait_until(lambda: gateway.jobs.get(job_id).status.is_final, 30, f"{job_id} is final")
    return gateway.jobs.get(job_id)


def calls_after_heard(events: Sequence[HistoryItem]) -> list[HistoryItem]:
    """Calls that a stage began after it had said that it heard of the cancel."""
    heard = {e.stage: e.offset for e in events if e.kind in ("cancel heard", "cancelled")}
    begun = [event for event in events if event.kind == "started"]
    return [event for event in begun if event.offset > heard.get(event.stage, event.offset)]
