"""The demo server in a process of its own, for a run that names no other server."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic_core import from_json

STOP_S = 10.0


@contextmanager
def running_demo(*options: str) -> Iterator[str]:
    """Start the demo server on a free port, give its base URL, and stop it at the end."""
    command = [sys.executable, "-m", "services.demo_llm", "--port", "0", "--latency-ms", "0"]
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the demo server did not start")
        yield from_json(line)["baseUrl"]
    finally:
        process.terminate()
        process.wait(STOP_S)
        if process.stdout is not None:
            process.stdout.close()
