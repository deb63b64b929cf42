"""Ctrl-C has its word from the first moment on, also while Python imports."""

import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from services.cli.entry import end_quietly_on_interrupt, let_interrupt_be_raised
from services.cli.terminal.error import Interrupted

ROOT = Path(__file__).parents[3]
INTERRUPTED_AT = """
import os, runpy, signal, sys

class Finder:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a terminal
sys.meta_path.insert(0, Finder)
sys.argv = ["brainshare", "logs", "--data-dir", "/nowhere"]
{begin}
"""
INSTALLED = "from services.cli.entry import main; main()"
AS_MODULE = "runpy.run_module('services.cli', run_name='__main__', alter_sys=True)"


@pytest.mark.parametrize(
    ("begin", "module"),
    [
        (INSTALLED, "click"),
        (AS_MODULE, "click"),
        (INSTALLED, "services.cli.command.stack.logs"),
    ],
)
def test_an_interrupt_amid_an_import_is_one_word(begin: str, module: str) -> None:
    script = INTERRUPTED_AT.format(begin=begin, module=module)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False
    )
    told = (Interrupted.exit_code, b"", b"interrupted\n")
    assert (done.returncode, done.stdout, done.stderr) == told


def test_what_is_installed_begins_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"brainshare": "services.cli.entry:main"}


@pytest.mark.parametrize("before", [signal.default_int_handler, signal.SIG_IGN])
def test_a_command_that_has_been_read_gets_interrupts_as_they_were(before: Any) -> None:
    kept = signal.signal(signal.SIGINT, before)
    try:
        end_quietly_on_interrupt()
        is_own = signal.getsignal(signal.SIGINT) is not before
        let_interrupt_be_raised()
        assert is_own == (before is not signal.SIG_IGN)
        assert signal.getsignal(signal.SIGINT) is before
    finally:
        signal.signal(signal.SIGINT, kept)
