"""Rebalances while calls run: a worker joins, and is killed for good."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.status import JobState
from services.cli.gateway_client import connect
from services.cli.settings import inherited_env
from tests.crash.drill import STAGES, Damage, all_completed, count, submit_many
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, ROOT, RunningStack, running_stack, wait_until

JOBS, MANY_JOBS = 100, 500
CALL_MS = 500
SLOTS = 64
NAME = "column-agent-extra"


@contextmanager
def extra_worker(stack: RunningStack, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One more worker of the column stage, which nobody starts again."""
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": stack.brokers,
        "OPENAI_BASE_URL": f"http://{stack.address('demo-llm')}/v1",
        "OPENAI_API_KEY": "demo",
        "STAGE_INSTANCE_ID": NAME,
        "STAGE_DATA_DIR": str(folder),
        "STAGE_HEALTH_PORT": "0",
        **RETRIES,
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


@pytest.mark.timeout(400)
def test_every_job_completes_when_a_worker_joins_and_when_it_is_gone_for_good(
    tmp_path: Path, damages: list[Damage], is_long: bool
) -> None:
    jobs = MANY_JOBS if is_long else JOBS
    with running_stack(tmp_path, "--with-demo", env=RETRIES) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave(latency_ms=CALL_MS)
        submit_many(stack, jobs)
        log = tmp_path / "extra.log"
        with extra_worker(stack, tmp_path), connect(stack.gateway_url) as gateway:
            wait_until(lambda: has_worked(log), 60, "the new worker has answered")
            submit_many(stack, jobs)
            wait_until(lambda: log.read_bytes().count(b"answer_published") > 3, 60, "it works")
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            wait_until(all_completed(gateway, 2 * jobs), 120, "all jobs are completed")
            assert count(gateway, JobState.COMPLETED) == 2 * jobs
        env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, **RETRIES}
        assert run_brainshare("audit", env=env).returncode == 0
        damage = Damage("rebalance", 2 * jobs, 2 * jobs, 0, 0, demo.calls_begun)
        damages.append(damage)
        assert damage.calls <= 2 * jobs * STAGES + 3 * SLOTS


def has_worked(log: Path) -> bool:
    return b"answer_published" in log.read_bytes()
