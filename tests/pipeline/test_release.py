"""A release works by itself: each wheel in an empty environment, run from an empty folder."""

import re
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

from services.cli.supervisor.environment import inherited_env
from services.lifecycle.clock import utc_now
from tests.conformance.stages import Stages
from tests.live_gateway import LiveGateway
from tests.stack import ROOT

INSTALL_S = 900
RUN_S = 300
STRANGE = re.compile(
    r"PYTHON|VIRTUAL_ENV|BRAINSHARE_|KAFKA_|GATEWAY_|STAGE_|LLM_|OPENAI_|DATABASE_"
)
"""What the environment of the tests says, which a newcomer's does not."""

OF_SERVICES = re.compile("faust|kafka|psycopg|sqlalchemy|fastapi|openai|click", re.IGNORECASE)
APP = """
from brainshare_client import Brainshare, HistoryItem

with Brainshare() as client:
    ids = [client.jobs.create(table_id="t", context=name).job_id for name in ("Planets", "Moons")]
    facts = [event for event in client.jobs.watch(ids[0]) if isinstance(event, HistoryItem)]
    assert [fact.sequence for fact in facts] == [*range(1, len(facts) + 1)] != []
    ended = [change.job for change in client.jobs.watch_many(ids)]
    print(sorted(job.status.value for job in ended if job and job.status.is_final))
"""

Command = list[str | Path]


def run(argv: Command, folder: Path, env: Mapping[str, str], within_s: float) -> str:
    """Run something to its end, and give what it said."""
    done = subprocess.run(
        [str(word) for word in argv],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=within_s,
        check=False,
    )
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said[-4000:]
    return said


def bare_env() -> dict[str, str]:
    """The environment of a newcomer."""
    return {name: value for name, value in inherited_env().items() if not STRANGE.match(name)}


@pytest.mark.long
@pytest.mark.timeout(INSTALL_S + 2 * RUN_S)
def test_a_wheel_alone_runs_the_demo_and_leaves_with_status_0(tmp_path: Path) -> None:
    bare = bare_env()
    dist, empty, place = tmp_path / "dist", tmp_path / "empty", tmp_path / "venv"
    empty.mkdir()
    build: Command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", dist]
    run(build, ROOT, inherited_env(), RUN_S)
    (wheel,) = dist.glob("brainshare-*.whl")
    venv.create(place, with_pip=True)
    pip: Command = [place / "bin" / "pip", "--disable-pip-version-check", "-q"]
    lock: Command = ["--require-hashes", "--no-deps", "-r", ROOT / "requirements.lock"]
    run([*pip, "install", *lock], empty, bare, INSTALL_S)
    run([*pip, "install", "--no-index", "--no-deps", wheel], empty, bare, RUN_S)
    run([*pip, "check"], empty, bare, RUN_S)
    brainshare = place / "bin" / "brainshare"
    version = wheel.name.split("-")[1]
    assert run([brainshare, "--version"], empty, bare, RUN_S).strip().endswith(version)
    ports = ("--kafka-port", "0", "--gateway-port", "0", "--demo-port", "0")
    said = run([brainshare, "demo", "--exit", *ports], empty, bare, RUN_S)
    assert "submitted the sample job" in said
    assert "Row suggestions (demo data)" in said
    assert [path.name for path in empty.iterdir()] == [".brainshare"]


@pytest.mark.long
@pytest.mark.timeout(INSTALL_S + 2 * RUN_S)
def test_the_client_s_wheel_follows_jobs_where_nothing_of_a_service_is(tmp_path: Path) -> None:
    dist, empty, place = tmp_path / "dist", tmp_path / "empty", tmp_path / "venv"
    empty.mkdir()
    build: Command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", dist]
    run(build, ROOT / "deploy" / "client", inherited_env(), RUN_S)
    (wheel,) = dist.glob("brainshare_client-*.whl")
    venv.create(place, with_pip=True)
    pip: Command = [place / "bin" / "pip", "--disable-pip-version-check", "-q"]
    run([*pip, "install", wheel], empty, bare_env(), INSTALL_S)
    run([*pip, "check"], empty, bare_env(), RUN_S)
    assert OF_SERVICES.findall(run([*pip, "list"], empty, bare_env(), RUN_S)) == []
    gateway = LiveGateway(tmp_path, "", now=utc_now, beside=(Stages().run,))
    gateway.start()
    try:
        env = bare_env() | {"BRAINSHARE_URL": gateway.url}
        said = run([place / "bin" / "python", "-c", APP], empty, env, RUN_S)
    finally:
        gateway.stop()
    assert said.strip() == "['completed', 'completed']"
