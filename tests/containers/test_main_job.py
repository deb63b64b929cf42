"""A job goes through the built image, Kafka and PostgreSQL, asked for by clients new and old."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from services.cli.client.following import follow
from services.cli.supervisor.environment import inherited_env
from tests.containers.house import House
from tests.crash.drill import PLANETS
from tests.operation.release import unpack_earlier

SUBMIT_S = 120.0


@pytest.mark.timeout(900)
def test_a_job_completes_in_containers(house: House) -> None:
    with connect(house.gateway_url) as gateway:
        job_id = str(gateway.jobs.post(PLANETS).job_id)
        *_, last = follow(gateway, job_id)
        job = gateway.jobs.get(job_id)
    assert (last.status, job.status) == (JobState.COMPLETED, JobState.COMPLETED)
    assert job.result is not None
    assert (len(job.result.columns), len(job.result.rows)) == (5, 5)


@pytest.mark.timeout(900)
def test_a_client_of_the_release_before_talks_to_the_gateway(house: House, tmp_path: Path) -> None:
    earlier = unpack_earlier(tmp_path)

    def ask(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "services.cli", *arguments],
            cwd=earlier,
            env=inherited_env() | {"BRAINSHARE_URL": house.gateway_url, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            timeout=SUBMIT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    ask("submit", "Cheeses of France", "--watch")
    assert json.loads(ask("status", "last", "--json"))["status"] == "completed"
    assert json.loads(ask("result", "last", "--json"))["rows"]
