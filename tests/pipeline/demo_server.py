"""The demo model, as tests steer and count it."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

ANSWER_S = 5.0


class DemoServer:
    """The demo model's own endpoints."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def stats(self) -> Any:
        """All its counts since it was started."""
        return self._ask("/_demo/stats")

    @property
    def calls_begun(self) -> int:
        """Model calls since the server started."""
        begun: int = self.stats["total"]["begun"]
        return begun

    @property
    def calls_aborted(self) -> int:
        """Model calls that the client closed before they were answered."""
        aborted: int = self.stats["total"]["aborted"]
        return aborted

    def misbehave(
        self, *faults: str, share: float = 1.0, at_most: int | None = None, latency_ms: int = 0
    ) -> None:
        """Answer a share of the calls with these faults, at most so many, or slowly."""
        scenario = {
            "faults": dict.fromkeys(faults, share),
            "maxFaults": at_most,
            "latencyMs": latency_ms,
        }
        self._ask("/_demo/scenario", scenario)

    def act(self, scenario: Mapping[str, Any]) -> None:
        """Act out a scenario, of which what is not named stays as it is."""
        self._ask("/_demo/scenario", dict(scenario))

    def limit_rate(self, retry_after_s: float) -> None:
        """Answer every call with 429, and this time to come back."""
        scenario = {"faults": {"429": 1.0}, "maxFaults": None, "retryAfterS": retry_after_s}
        self._ask("/_demo/scenario", scenario)

    def fail_at_random(self, shares: Mapping[str, float]) -> None:
        """Answer each fault's share of the calls with it."""
        scenario = {"faults": dict(shares), "maxFaults": None, "latencyMs": 0}
        self._ask("/_demo/scenario", scenario)

    def count_faults(self, name: str) -> int:
        """How often a fault was answered."""
        counted: int = self.stats["faults"].get(name, 0)
        return counted

    def be_well(self) -> None:
        """Answer at once, as it should be."""
        self.misbehave()

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
            return json.load(answer)
