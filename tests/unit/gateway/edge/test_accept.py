"""An Accept that nothing meets is a 406; one that nobody can read says nothing."""

import pytest

from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, whole_job

JOB = f"/v1/jobs/{JOB_ID}"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/v1/jobs", "text/csv", 406),
        ("/v1/jobs", "application/json", 200),
        (JOB, "application/xml", 406),
        (f"{JOB}/result.csv", "application/json", 406),
        (f"{JOB}/result.csv", "text/csv", 200),
        (f"{JOB}/result.csv", BROWSER, 200),
        (f"{JOB}/events", "text/event-stream", 200),
        (f"{JOB}/events", "application/json", 200),
        (f"{JOB}/events", "text/csv", 406),
        ("/metrics", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1", 200),
        ("/metrics", "application/json", 406),
        ("/healthz", "*/*", 200),
        ("/client/brainshare.js", "text/css", 200),
    ],
)
async def test_a_route_answers_with_what_it_has_or_says_what_that_is(
    gateway: Gateway, path: str, accept: str, status: int
) -> None:
    await gateway.project(*whole_job())
    answer = await gateway.client.get(path, headers={"Accept": accept})
    assert answer.status_code == status
    if status == 406:
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["type"] == "urn:brainshare:problem:not-acceptable"
        assert accept in problem["detail"]
