"""A scrape is answered in the time that Prometheus gives it, whatever else does not answer."""

import pytest

from services.gateway.operation.dependency_probe import TIMEOUT_S
from services.gateway.operation.health_route import find_patience_s
from services.telemetry.metric import JOB_DURATION
from tests.unit.gateway.conftest import Gateway

TRACE = "4bf92f3577b34da6a3ce929d0e0e4737"


@pytest.mark.parametrize(
    ("told", "patience_s"),
    [
        ("1", 0.5),
        ("0.75", 0.375),
        ("10", TIMEOUT_S),
        ("3600", TIMEOUT_S),
        (None, TIMEOUT_S),
        ("", TIMEOUT_S),
        ("0", TIMEOUT_S),
        ("-1", TIMEOUT_S),
        ("nan", TIMEOUT_S),
        ("inf", TIMEOUT_S),
        ("soon", TIMEOUT_S),
    ],
)
def test_a_scrape_waits_for_half_of_its_time_at_most(told: str | None, patience_s: float) -> None:
    assert find_patience_s(told) == patience_s


@pytest.mark.parametrize(
    ("accept", "kind", "has_dots"),
    [
        ("application/openmetrics-text;version=1.0.0,*/*;q=0.1", "application/openmetrics", True),
        ("*/*", "text/plain", False),
    ],
)
async def test_prometheus_gets_the_dots_and_others_plain_text(
    gateway: Gateway, accept: str, kind: str, has_dots: bool
) -> None:
    JOB_DURATION.labels("new").observe(0.2, {"trace_id": TRACE})
    answer = await gateway.client.get("/metrics", headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith(kind)
    assert (TRACE in answer.text) is has_dots
