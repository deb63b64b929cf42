"""Rebalances while calls run: a worker joins, and is killed for good."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from services.cli.supervisor.environment import inherited_env
from tests.crash.drill import Damage, all_completed, count, count_damage, submit_many
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, ROOT, RunningStack, running_stack, wait_until

BATCH = 6
JOBS = 500
MOST_JOBS = 1_500
CALL_MS = 500
SLOTS = 64
LIMITED_JOBS = 60
ONLY_COLUMNS = (ROOT / "tests" / "examples" / "new-only-columns.json").read_bytes()
LIMIT = {"LLM_REQUESTS_PER_MINUTE": "15"}
NAME = "column-agent-extra"


@contextmanager
def extra_worker(
    stack: RunningStack, folder: Path, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """One more worker of the column stage, which nobody starts again."""
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": stack.brokers,
        "OPENAI_BASE_URL": f"http://{stack.address('demo-llm')}/v1",
        "OPENAI_API_KEY": "demo",
        "STAGE_INSTANCE_ID": NAME,
        "STAGE_DATA_DIR": str(folder),
        "STAGE_HEALTH_PORT": "0",
        **RETRIES,
        **settings,
    }
    command = [sys.executable, "-m", "services.column_agent"]
    with (folder / "extra.log").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=inherited_env() | env, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.mark.long
@pytest.mark.timeout(400)
def test_every_job_completes_when_a_worker_joins_and_when_it_is_gone_for_good(
    tmp_path: Path, damages: list[Damage]
) -> None:
    with running_stack(tmp_path, "--with-demo", env=RETRIES) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave(latency_ms=CALL_MS)
        ids: list[str] = []
        with extra_worker(stack, tmp_path):
            while not has_answered(tmp_path):
                ids += submit_many(stack, BATCH)
                assert len(ids) < MOST_JOBS, "the new worker never answered"
            ids += submit_many(stack, JOBS)
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            wait_until(all_completed(gateway, len(ids)), 120, "all jobs are completed")
            assert count(gateway, JobState.COMPLETED) == len(ids)
        damage = count_damage(stack, "rebalance", len(ids), demo.calls_begun)
        damages.append(damage)
        assert damage.calls <= damage.needed + 3 * SLOTS


@pytest.mark.long
@pytest.mark.timeout(300)
def test_jobs_that_wait_for_the_limit_hold_up_no_rebalance_and_are_called_once(
    tmp_path: Path,
) -> None:
    with running_stack(tmp_path, "--with-demo", env=RETRIES | LIMIT) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        submit_many(stack, LIMITED_JOBS, ONLY_COLUMNS)
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            wait_until(lambda: count(gateway, JobState.COMPLETED) >= 15, 30, "the burst is over")
            with extra_worker(stack, tmp_path, **LIMIT):
                wait_until(lambda: has_answered(tmp_path), 40, "the new worker answers")
                wait_until(all_completed(gateway, LIMITED_JOBS), 180, "all jobs are completed")
        assert demo.calls_begun == LIMITED_JOBS


def has_answered(folder: Path) -> bool:
    """Whether the extra worker has got a partition, and answered a record of it."""
    return b"answer_published" in (folder / "extra.log").read_bytes()
