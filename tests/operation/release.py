"""Another release of this code, as it was so many commits ago, and its processes."""

import asyncio
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.port import HOST, PortPicker
from services.cli.supervisor.readiness import HttpProbe
from tests.stack import ROOT, RunningStack, wait_until

COMMITS_APART = 25
"""Where there is no tag: about what lies between two releases."""
START_S = 60.0
STOP_S = 60.0
AGENTS = ("row_agent", "column_agent", "table_agent")


def unpack_earlier(folder: Path) -> Path:
    """Unpack the newest tag, or what was there so many commits ago; skips without a history."""
    commit = _git("describe", "--tags", "--abbrev=0", "HEAD~1") or _git(
        "rev-parse", "--verify", "--quiet", f"HEAD~{COMMITS_APART}"
    )
    if not commit:
        reason = f"no tag and fewer than {COMMITS_APART} commits: fetch the history"
        is_ci = os.environ.get("CI")  # noqa: TID251 - not a setting
        (pytest.fail if is_ci else pytest.skip)(reason)
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


def _git(*arguments: str) -> str:
    asked = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    return asked.stdout.decode().strip() if asked.returncode == 0 else ""


@dataclass(frozen=True)
class Joined:
    """A gateway and agents of one release, beside the stack of another."""

    gateway_url: str


@contextmanager
def joined(stack: RunningStack, root: Path, folder: Path) -> Iterator[Joined]:
    """Run a gateway with tables of its own and a worker of each stage, in the order of a deploy."""
    folder.mkdir(parents=True)
    ports = PortPicker()
    demo = f"http://{stack.address('demo-llm')}/v1"
    env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, "STAGE_INSTANCE_ID": "of-another-release"}
    env |= {"OPENAI_BASE_URL": demo, "OPENAI_API_KEY": "demo"}
    with ExitStack() as running:
        url = ""
        for name in ("gateway", *AGENTS):
            port = ports.pick()
            own = {"GATEWAY_PORT": str(port), "STAGE_HEALTH_PORT": str(port)}
            own |= {"STAGE_DATA_DIR": str(folder / name)}
            own |= {"DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}"}
            address = f"http://{HOST}:{port}"
            url = url or address
            running.enter_context(running_process(name, root, folder, env | own))
            _until_ready(name, address)
        yield Joined(url)


def _until_ready(name: str, address: str) -> None:
    probe = HttpProbe(f"{address}/readyz")
    wait_until(lambda: asyncio.run(probe.ask()).is_ready, START_S, f"{name} is ready")


@contextmanager
def running_process(name: str, root: Path, folder: Path, env: dict[str, str]) -> Iterator[None]:
    """Run a service of ours, with its log in the folder, and stop it at the end."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            (sys.executable, "-m", f"services.{name}"),
            cwd=root,
            env=inherited_env() | env,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(),
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(STOP_S)
