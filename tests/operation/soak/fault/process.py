"""Services that are killed, stopped, or stand still."""

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from tests.operation.soak.plan import Kind, Lane, Plant
from tests.operation.soak.site import Site

AGENTS = ("table-agent", "column-agent", "row-agent")
SERVICES = (*AGENTS, "gateway")
KILLED_SHARE = 0.5
"""Afterwards they live on, so that their memory is seen to be flat under all other faults."""


@contextmanager
def suspended(pid: int) -> Iterator[None]:
    """Let a process stand still, as a machine that is overloaded does, and go on."""
    process = psutil.Process(pid)
    process.suspend()
    try:
        yield
    finally:
        with suppress(psutil.NoSuchProcess):
            process.resume()


def _end(how: signal.Signals, *names: str) -> Plant:
    @contextmanager
    def plant(site: Site, chance: random.Random) -> Iterator[str]:
        for name in names:
            site.stack.kill(name, how)
            site.killed[name] += 1
        yield f"{how.name} {', '.join(names)}"

    return plant


@contextmanager
def _stands_still(site: Site, chance: random.Random) -> Iterator[str]:
    name = chance.choice(SERVICES)
    with suspended(site.stack.pid(name)):
        yield f"SIGSTOP {name}"


PROCESS_LANE = Lane(
    "process",
    (12.0, 30.0),
    (
        *(Kind(f"{name} killed", _end(signal.SIGKILL, name)) for name in SERVICES),
        *(Kind(f"{name} stopped", _end(signal.SIGTERM, name)) for name in SERVICES),
        Kind("all agents killed", _end(signal.SIGKILL, *AGENTS)),
        Kind("a service stands still", _stands_still, (2.0, 12.0)),
    ),
    KILLED_SHARE,
)
