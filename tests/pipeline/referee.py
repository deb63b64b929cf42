"""A mock of a model provider that others have written, as the judge of our client: llmock."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.cli.supervisor.port import HOST, PortPicker
from tests.stack import wait_until

ANSWER_S = 5.0
START_S = 30.0
STOP_S = 10.0


class Referee:
    """A running mock: what it is told to do next, and what it says of its clients."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.base_url = f"{url}/v1"

    def play(self, *behaviors: dict[str, Any]) -> None:
        """Do these with the next calls, each once if it does not say otherwise, in this order."""
        self._ask("/_llmock/scenario", {"behaviors": list(behaviors)})

    def reset(self) -> None:
        """Forget what is planned and what has been."""
        self._ask("/_llmock/reset", {})

    def list_faults(self) -> set[str]:
        """Names of what our client did wrong, by the mock's own rules."""
        verdict: dict[str, Any] = self._ask("/_llmock/verdict")
        return {f["code"] for f in verdict["findings"] if f["severity"] == "error"}

    def count_calls(self) -> int:
        """How many calls there have been."""
        count: int = self._ask("/_llmock/requests")["count"]
        return count

    def is_up(self) -> bool:
        """Whether it can be reached."""
        try:
            self.count_calls()
        except urllib.error.URLError:
            return False
        return True

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data)
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
            return json.load(answer)


@contextmanager
def running_referee(*options: str) -> Iterator[Referee]:
    """Start the mock on a free port, and stop it at the end."""
    port = PortPicker().pick()
    program = str(Path(sys.executable).with_name("llmock"))
    command = [program, "serve", "--host", HOST, "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    referee = Referee(f"http://{HOST}:{port}")
    try:
        wait_until(referee.is_up, START_S, "the referee can be reached")
        yield referee
    finally:
        process.terminate()
        process.wait(STOP_S)
