"""A standard output that cannot be written is one line, whatever was to be written there."""

import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from services.cli.supervisor.environment import inherited_env

ROOT = Path(__file__).parents[3]
FULL = Path("/dev/full")
"""Takes no byte: of Linux."""
SCRIPT = """
import sys
import click
from rich.console import Console
from services.cli.command_group import CommandGroup

def echo(): click.echo("x" * 100_000)
def table(): Console().print("x")
def unflushed(): sys.stdout.write("x")

class Group(CommandGroup):
    def get_command(self, ctx, name):
        return click.Command(name, callback=globals().get(name))

Group("brainshare")(sys.argv[1:])
"""
LINE = "error: standard output cannot be written: its disk is full\n"


def run(line: str, output: IO[bytes], unbuffered: str = "") -> tuple[int, str]:
    """Exit status and what was told of a command whose answer goes there."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, line],
        cwd=ROOT,
        env={**inherited_env(), "PYTHONUNBUFFERED": unbuffered},
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("line", "unbuffered"),
    [("echo", ""), ("echo", "1"), ("table", ""), ("unflushed", ""), ("--help", "1")],
)
def test_a_full_disk_is_one_line(line: str, unbuffered: str) -> None:
    with FULL.open("wb") as output:
        assert run(line, output, unbuffered) == (1, LINE)


def test_a_reader_that_is_gone_is_told_of_nothing() -> None:
    reader = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    reader.wait()
    assert reader.stdin is not None
    with reader.stdin:
        assert run("echo", reader.stdin) == (1, "")
