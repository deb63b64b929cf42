"""Whatever clients send, it is counted under few names."""

import pytest

from services.gateway.api.request_scope import Area, find_area, find_ending
from services.telemetry.metric import render_metrics
from tests.unit.contract.recording import list_routes
from tests.unit.gateway.conftest import Gateway, read_metric

PREFIX = "brainshare_http_request"


def read_counted() -> set[str]:
    lines = render_metrics()[0].decode().splitlines()
    return {line.partition("} ")[0] for line in lines if line.startswith(PREFIX)}


async def test_nothing_that_a_client_sends_is_a_new_series(gateway: Gateway) -> None:
    other = 'brainshare_http_requests_total{area="other",outcome="refused"}'
    before, counted = read_counted(), read_metric(other)
    assert before
    for number in range(20):
        await gateway.client.request(f"BREW{number}", "/v1/jobs")
        await gateway.client.get(f"/v1/nothing/{number}")
    assert read_counted() == before
    assert read_metric(other) >= counted + 20


@pytest.mark.parametrize(
    ("method", "route", "area"),
    [
        ("POST", "/v1/jobs", Area.ACCEPT),
        ("POST", "/v1/jobs/batch", Area.ACCEPT),
        ("GET", "/v1/jobs", Area.JOBS),
        ("BREW", "/v1/jobs", Area.JOBS),
        ("POST", "/v1/jobs/{job_id}/cancel", Area.JOBS),
        ("GET", "/v1/errors/{fingerprint}", Area.FAILURES),
        ("GET", "/console", Area.CONSOLE),
        ("GET", "/console/jobs/{job_id}", Area.CONSOLE),
        ("GET", "/readyz", Area.PROBES),
        ("GET", "/v1", Area.OTHER),
        ("GET", "/", Area.OTHER),
        ("GET", "none", Area.OTHER),
    ],
)
def test_a_route_is_counted_in_its_area(method: str, route: str, area: Area) -> None:
    assert find_area(method, route) is area


def test_every_route_of_the_api_has_an_area_and_every_area_a_route() -> None:
    areas = {route: find_area(method, route) for method, route in list_routes()}
    assert [r for r, area in areas.items() if r.startswith("/v1/") and area is Area.OTHER] == []
    assert {find_area(*asked) for asked in list_routes()} == {*Area}


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        *((status, "answered") for status in (101, 202, 304)),
        *((status, "refused") for status in (400, 404, 429)),
        *((status, "failed") for status in (500, 503)),
    ],
)
def test_a_status_is_counted_by_what_came_of_the_request(status: int, ending: str) -> None:
    assert find_ending(status) == ending
