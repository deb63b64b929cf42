"""A query parameter that nothing honours is refused, not passed over."""

import pytest

from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, whole_job

REFUSED = [
    ("/v1/jobs?stauts=failed", "stauts: is no parameter of this request; did you mean status?"),
    ("/v1/jobs?Status=failed", "Status: is no parameter of this request; did you mean status?"),
    (
        "/v1/acts?from=2",
        "from: is no parameter of this request; there are: cursor, limit, tenant",
    ),
    ("/v1/jobs?tableid=t", "tableid: is no parameter of this request; did you mean tableId?"),
    (f"/v1/jobs/{JOB_ID}?x", "x: is no parameter of this request; there are: none"),
    ("/v1/jobs?limit=1&limit=200", "limit: is given twice; give it once"),
]


@pytest.mark.parametrize(("path", "detail"), REFUSED)
async def test_it_is_named_with_what_there_is(gateway: Gateway, path: str, detail: str) -> None:
    answer = await gateway.client.get(path)
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)


async def test_those_of_a_route_are_honoured(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    answer = await gateway.client.get("/v1/jobs?status=completed&limit=1")
    assert len(answer.json()["jobs"]) == 1


async def test_a_health_check_may_ask_as_it_likes(gateway: Gateway) -> None:
    """Load balancers and scrapers add parameters of their own."""
    assert (await gateway.client.get("/healthz?probe=7")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/bulk-actions", f"/v1/jobs/{JOB_ID}/reruns"])
async def test_of_two_keys_none_is_taken(gateway: Gateway, path: str) -> None:
    keys = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    answer = await gateway.client.post(path, json=BODY, headers=keys)
    told = (422, "Idempotency-Key: is given twice; give it once")
    assert (answer.status_code, answer.json()["detail"]) == told
    assert not gateway.publisher.published
