"""Clocks that jump: of one service, by Debian's libfaketime, where it is there."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.operation.soak.plan import Kind, Lane
from tests.operation.soak.site import Site

MODULES = {
    "gateway": "services.gateway",
    "table-agent": "services.table_agent",
    "column-agent": "services.column_agent",
    "row-agent": "services.row_agent",
}
JUMPS_S = (-600, -60, 60, 600)
RIGHT = "+0"

# Each service is started as `PYTHON -m MODULE`; so its clock is what the file of its module says.
PYTHON = """#!/bin/sh
export LD_PRELOAD={library} FAKETIME_TIMESTAMP_FILE={folder}/$2
export FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
exec {python} "$@"
"""
UP = "import sys; sys.executable = {python!r}; from services.cli.__main__ import main; main()"


def find_library() -> Path | None:
    """The library that fakes a process's clock, or None where it is not installed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def make_program(folder: Path, library: Path) -> tuple[str, ...]:
    """What runs `brainshare` so that the clock of each service can be set."""
    folder.mkdir(parents=True)
    for module in MODULES.values():
        (folder / module).write_text(RIGHT)
    python = folder / "python"
    text = PYTHON.format(library=library, folder=folder, python=sys.executable)
    python.write_text(text)
    python.chmod(0o755)
    return (sys.executable, "-c", UP.format(python=str(python)))


@contextmanager
def _jumped(site: Site, chance: random.Random) -> Iterator[str]:
    name, jump_s = chance.choice(list(MODULES)), chance.choice(JUMPS_S)
    assert site.clocks is not None
    file = site.clocks / MODULES[name]
    file.write_text(f"{jump_s:+d}")
    try:
        yield f"{name} {jump_s:+d} s"
    finally:
        file.write_text(RIGHT)


CLOCK_LANE = Lane("clock", (20.0, 50.0), (Kind("clock jumps", _jumped, (5.0, 20.0)),))
