"""Runs a command in this process, on a terminal or in a pipe, and takes a picture of it."""

import io
import json
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyte
import pytest

from services.cli.__main__ import main
from services.cli.client import patience
from services.cli.terminal import waiting
from tests.unit.gateway.example import NOW

NEVER_S = 3600.0
LOOKED_AT = NOW + timedelta(days=40, hours=5)
COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])m")


@dataclass(frozen=True)
class Terminal:
    """What a command's output goes to.

    Attributes:
        columns: Of a terminal; None for a pipe.
    """

    name: str
    columns: int | None = None
    encoding: str = "utf-8"
    env: tuple[tuple[str, str], ...] = ()


class _Stream(io.TextIOWrapper):
    """Keeps what is written, and says that it is a terminal if it is one."""

    def __init__(self, buffer: io.BytesIO, terminal: Terminal) -> None:
        super().__init__(buffer, terminal.encoding, write_through=True)
        self._is_terminal = terminal.columns is not None

    def isatty(self) -> bool:
        return self._is_terminal


@dataclass(frozen=True)
class Shown:
    """What a command showed, and its exit status."""

    output: str
    status: int

    @property
    def is_coloured(self) -> bool:
        return COLOUR.search(self.output) is not None


def run(arguments: tuple[str, ...], terminal: Terminal, stdin: bytes, **env: str) -> Shown:
    """Run `brainshare` with both its outputs on one terminal, as a person has them."""
    kept = io.BytesIO()
    stream = _Stream(kept, terminal)
    given = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    width = {"COLUMNS": str(terminal.columns or 80), "TERM": "xterm-256color"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**width, **dict(terminal.env), **env}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", given)
        for policy in (waiting, patience):
            patch.setattr(policy, "SAY_AFTER_S", NEVER_S)  # a slow machine is in no picture
        _stop_clock(patch)
        with redirect_stdout(stream), redirect_stderr(stream):
            status = _status(arguments)
    return Shown(kept.getvalue().decode(), status)


def _stop_clock(patch: pytest.MonkeyPatch) -> None:
    """Ages in a picture are those at one moment, and no wider at another hour of the day."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith("services.cli.") and hasattr(module, "utc_now"):
            patch.setattr(module, "utc_now", _look)


def _look() -> datetime:
    return LOOKED_AT


def _status(arguments: tuple[str, ...]) -> int:
    try:
        main(arguments, prog_name="brainshare")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def picture(shown: Shown, terminal: Terminal) -> str:
    """What a person sees: a terminal's screen; of a pipe what came out of it."""
    if terminal.columns is None:
        return "\n".join(_lay_out(line) for line in shown.output.splitlines())
    lines = shown.output.count("\n") + len(shown.output) // terminal.columns
    screen = pyte.Screen(terminal.columns, lines + 2)
    screen.set_mode(pyte.modes.LNM)
    pyte.Stream(screen).feed(shown.output)
    return "\n".join(line.rstrip() for line in screen.display).rstrip()


def _lay_out(line: str) -> str:
    """A line of JSON is laid out, for a person who reads the picture."""
    if not line.startswith(("{", "[")):
        return line
    return json.dumps(json.loads(line), indent=1, ensure_ascii=False)
