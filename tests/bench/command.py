"""Runs commands against a broker that is thrown away, and measures what they take."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from services.cli.supervisor.environment import inherited_env
from tests.stack import PROGRAM, ROOT


@dataclass(frozen=True)
class Figures:
    """What a command took: seconds by the clock and of CPU, and megabytes at most."""

    seconds: float
    cpu_s: float
    most_mb: float


def run_measured(env: Mapping[str, str], *words: str) -> Figures:
    """Run a `brainshare` command, and fail where it does."""
    begun = time.perf_counter()
    process = subprocess.Popen([*PROGRAM, *words], cwd=ROOT, env=env)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"{' '.join(words)} ended with {process.returncode}")
    seconds = round(time.perf_counter() - begun, 2)
    return Figures(
        seconds, round(usage.ru_utime + usage.ru_stime, 2), round(usage.ru_maxrss / 1024)
    )


@contextmanager
def own_broker(folder: Path) -> Iterator[str]:
    """The address of a broker of one's own."""
    words = (sys.executable, "-m", "services.cli.broker", "--port", "0", "--data-dir")
    with subprocess.Popen(
        [*words, str(folder / "broker")], cwd=ROOT, env=inherited_env(), stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode().rpartition(" ")[2].strip()
        finally:
            process.terminate()
