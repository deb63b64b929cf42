"""llama.cpp's server in a process of its own, for as long as it is needed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import from_json

from services.cli.supervisor.environment import inherited_env
from tests.stack import ROOT

STOP_S = 30.0


@dataclass(frozen=True)
class ServerOptions:
    """How the server runs.

    Attributes:
        slots: Answers that it writes at a time.
        window: Tokens of prompt and answer together, of a slot.
        nice: How much it gives way to other processes, 0 to 19.
    """

    slots: int = 2
    window: int = 8192
    threads: int = 2
    seed: int = 1
    nice: int = 0


@contextmanager
def running_model(weights: Path, server: Path, log: Path, options: ServerOptions) -> Iterator[str]:
    """Start the server, give its base URL, and stop it at the end.

    Args:
        server: The folder with its package.
        log: Where it writes what it does.
    """
    how = {"slots": options.slots, "window": options.window, "threads": options.threads}
    asked = [f"--{name}={value}" for name, value in (how | {"seed": options.seed}).items()]
    command = [sys.executable, "-m", "tests.real_model.llama", str(weights), *asked]
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["nice", "-n", str(options.nice), *command],
            cwd=ROOT,
            env=inherited_env() | {"PYTHONPATH": str(server)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line.startswith(b"{"):
                raise RuntimeError(f"llama.cpp's server did not start: see {log}")
            yield from_json(line)["baseUrl"]
        finally:
            process.stdin.close()
            process.wait(STOP_S)
            process.stdout.close()
