"""Runs commands against a broker that is thrown away, and measures what they take."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.environment import inherited_env
from tests.stack import PROGRAM, ROOT, STOP_S


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


def end_on_sigterm() -> None:
    """Let SIGTERM, as `timeout` sends it, end this process as Ctrl-C does: nothing stays behind."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


@contextmanager
def own_broker(data_dir: Path) -> Iterator[str]:
    """The address of a broker of one's own, with its data in a folder."""
    words = (sys.executable, "-m", "services.cli.broker", "--port", "0", "--data-dir")
    with subprocess.Popen(
        [*words, str(data_dir)],
        cwd=ROOT,
        env=inherited_env(),
        stdout=subprocess.PIPE,
        preexec_fn=die_with_parent(),
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().decode().rpartition(" ")[2].strip()
            if not address:
                raise click.ClickException(f"no broker came up in {data_dir}")
            yield address
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
