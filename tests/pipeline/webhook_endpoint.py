"""An endpoint of a running gateway, made and looked at over its REST API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from standardwebhooks import Webhook

from tests.live_receiver import LiveReceiver, live_receiver
from tests.stack import wait_until
from tests.unit.gateway.receiver import Received

WEBHOOKS = {
    "GATEWAY_WEBHOOK_NETWORKS": "127.0.0.0/8",
    "GATEWAY_WEBHOOK_DELAYS": "200ms,1s,2s",
    "GATEWAY_WEBHOOK_TIMEOUT_S": "2",
    "GATEWAY_WEBHOOK_WAITING_S": "1",
}
"""Receivers on this machine, and a schedule that is over within seconds."""

ATTEMPTS = 4
"""How many there are by that schedule."""

OPEN = ("pending", "sending")
ARRIVES_S = 30.0


@dataclass(frozen=True)
class Endpoint:
    """An endpoint with the receiver behind it.

    Attributes:
        url: Of a gateway.
    """

    url: str
    id: str
    secret: str
    receiver: LiveReceiver

    def ask(self, method: str, path: str = "", body: object = None) -> Any:
        """Ask the gateway about the endpoint."""
        url = f"{self.url}/v1/webhooks/{self.id}{path}"
        answer = httpx2.request(method, url, json=body, trust_env=False, timeout=30)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def verify(self, request: Received) -> Any:
        """What a request says, once the library has found that its signature is ours."""
        return Webhook(self.secret).verify(request.body, request.headers)

    def test(self) -> str:
        """Have a test event sent, and give its id."""
        return str(self.ask("POST", "/test", {})["id"])

    def deliveries(self) -> list[dict[str, Any]]:
        """Its deliveries, oldest first."""
        return list(reversed(self.ask("GET", "/deliveries?limit=200")["deliveries"]))

    def log(self, delivery_id: str) -> list[dict[str, Any]]:
        """Each attempt of a delivery."""
        return list(self.ask("GET", f"/deliveries/{delivery_id}")["log"])

    def wait_for_end(self, seconds: float = ARRIVES_S) -> list[dict[str, Any]]:
        """Wait until no delivery is open, and give them."""
        wait_until(
            lambda: all(one["state"] not in OPEN for one in self.deliveries()),
            seconds,
            "every delivery is over",
        )
        return self.deliveries()


@contextmanager
def open_endpoint(gateway_url: str, *events: str, for_jobs: bool = False) -> Iterator[Endpoint]:
    """An endpoint with a receiver that takes everything, until the context is left."""
    with live_receiver() as receiver:
        body = {"url": receiver.url, "events": events, "forJobs": for_jobs}
        url = f"{gateway_url}/v1/webhooks"
        made = httpx2.post(url, json=body, trust_env=False, timeout=30)
        assert made.status_code == 201, made.text
        told = made.json()
        endpoint = Endpoint(gateway_url, told["id"], told["secret"], receiver)
        try:
            yield endpoint
        finally:
            endpoint.ask("DELETE")
