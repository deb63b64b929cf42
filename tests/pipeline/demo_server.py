"""The demo model, as tests steer and count it."""

import json
import urllib.request
from typing import Any

ANSWER_S = 5.0


class DemoServer:
    """The demo model's own endpoints."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def calls_begun(self) -> int:
        """Model calls since the server started."""
        begun: int = self._ask("/_demo/stats")["total"]["begun"]
        return begun

    def misbehave(self, *faults: str, latency_ms: int = 0) -> None:
        """Answer every call with these faults, or slowly."""
        self._ask(
            "/_demo/scenario", {"faults": dict.fromkeys(faults, 1.0), "latencyMs": latency_ms}
        )

    def be_well(self) -> None:
        """Answer at once, as it should be."""
        self.misbehave()

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
            return json.load(answer)
