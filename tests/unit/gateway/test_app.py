"""What the gateway answers before it knows where its topics begin and end."""

import pytest

from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID

EARLY = [
    ("GET", "/v1/jobs"),
    ("POST", "/v1/jobs"),
    ("POST", "/v1/jobs/batch"),
    ("GET", f"/v1/jobs/{JOB_ID}"),
    ("GET", f"/v1/jobs/{JOB_ID}/events"),
    ("GET", "/v1/events"),
    ("GET", f"/v1/jobs/{JOB_ID}/result"),
    ("GET", f"/v1/jobs/{JOB_ID}/result.csv"),
    ("POST", f"/v1/jobs/{JOB_ID}/cancel"),
    ("GET", "/v1/dead-letters"),
]


@pytest.mark.parametrize(("method", "path"), EARLY)
async def test_nothing_is_said_about_jobs_before_the_topics_are_known(
    early_gateway: Gateway, method: str, path: str
) -> None:
    """A partition without a leader may keep a gateway there for as long as it lasts."""
    answer = await early_gateway.client.request(method, path, json={"tableId": "t"})
    assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (503, "catching-up")
    assert answer.headers["retry-after"] == "2"
    assert not early_gateway.publisher.published


async def test_health_is_told_at_once_and_readiness_when_it_is_so(early_gateway: Gateway) -> None:
    client = early_gateway.client
    early = [(await client.get(path)).status_code for path in ("/healthz", "/readyz", "/metrics")]
    await early_gateway.projector.prepare("cluster")
    ready = await client.get("/readyz")
    assert (early, ready.status_code, ready.json()["caughtUp"]) == ([200, 503, 200], 200, True)
