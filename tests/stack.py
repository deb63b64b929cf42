"""Runs `brainshare up` as a person would, on free ports and in a fresh folder."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from services.cli.stack.stack_file import Stack, load_stack
from services.cli.supervisor.environment import inherited_env

ROOT = Path(__file__).parents[1]
START_S = 120.0
STOP_S = 60.0
PROGRAM = (sys.executable, "-m", "services.cli")
POLL_S = 0.05

NO_CANARY = {"GATEWAY_CANARY_S": "0"}
"""A test that counts records counts its own; those about canaries set it."""

TIERS = "100ms,200ms,400ms"
RETRIES = {"RETRY_TIERS": TIERS, "RETRY_MAX_ATTEMPTS": "3"}
"""Settings under which a job that keeps failing is given up on within seconds."""


@dataclass
class RunningStack:
    """A stack of `brainshare up`."""

    process: subprocess.Popen[bytes]
    data_dir: Path

    @property
    def file(self) -> Stack:
        """What stack.json says now."""
        stack = load_stack(self.data_dir)
        assert stack is not None, f"no stack runs in {self.data_dir}"
        return stack

    def pid(self, name: str) -> int:
        """The process id of a service, as of now."""
        return next(p.pid for p in self.file.processes if p.name == name)

    def address(self, name: str) -> str:
        """host:port of a service."""
        address = next(p.address for p in self.file.processes if p.name == name)
        assert address is not None, f"{name} has no address"
        return address

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a service and return the id it had."""
        pid = self.pid(name)
        psutil.Process(pid).send_signal(how)
        return pid

    @contextmanager
    def suspended(self, name: str) -> Iterator[None]:
        """A service that does nothing for a while, and is not started again for that."""
        process = psutil.Process(self.pid(name))
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    @property
    def gateway_url(self) -> str:
        """Where the REST API is."""
        return f"http://{self.address('gateway')}"

    @property
    def brokers(self) -> str:
        """Where Kafka is."""
        return self.address("kafka")


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for a condition, with a bound."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(POLL_S)  # noqa: TID251 - the interval at which a condition is looked at


@contextmanager
def running_stack(
    data_dir: Path,
    *options: str,
    env: Mapping[str, str] | None = None,
    program: tuple[str, ...] = PROGRAM,
    root: Path = ROOT,
) -> Iterator[RunningStack]:
    """Start a stack on free ports, with the demo model at 0 ms, and stop it at the end.

    Args:
        program: What runs the `brainshare` command.
        root: Where the code is that it runs.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "up.log").open("wb") as output:
        process = _start((*program, *_arguments(data_dir), *options), root, env or {}, output)
        try:
            stack = RunningStack(process, data_dir)
            wait_until(lambda: _is_up(stack), START_S, f"stack is up; see {output.name}")
            yield stack
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()  # and with it go its services
                raise


def _arguments(data_dir: Path) -> tuple[str, ...]:
    ports = ("--kafka-port", "0", "--gateway-port", "0", "--demo-port", "0")
    return ("up", "--data-dir", str(data_dir), *ports, "--demo-latency-ms", "0")


def _start(
    command: tuple[str, ...], root: Path, env: Mapping[str, str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=root,
        env=inherited_env() | NO_CANARY | dict(env),
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _is_up(stack: RunningStack) -> bool:
    if stack.process.poll() is not None:
        raise AssertionError((stack.data_dir / "up.log").read_text(errors="replace")[-2000:])
    return "ready: http" in (stack.data_dir / "up.log").read_text(errors="replace")
