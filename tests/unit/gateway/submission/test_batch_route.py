"""POST of many jobs: each is accepted or refused by itself."""

import asyncio
from typing import Any

import pytest

from schemas.api.batch import MAX_BATCH
from tests.unit.gateway.conftest import Gateway

GOOD = {"tableId": "tbl_1", "context": {"title": "Moons"}}
TWICE = GOOD | {"idempotencyKey": "k"}


async def post(gateway: Gateway, *jobs: Any) -> list[dict[str, Any]]:
    answer = await gateway.client.post("/v1/jobs/batch", json={"jobs": jobs})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_each_is_accepted_and_told_in_the_order_in_which_it_came(gateway: Gateway) -> None:
    items = await post(gateway, *[GOOD | {"tableId": f"tbl_{n}"} for n in range(MAX_BATCH)])
    assert [item["job"]["tableId"] for item in items] == [f"tbl_{n}" for n in range(MAX_BATCH)]
    assert {item["status"] for item in items} == {202}
    assert len(gateway.publisher.published) == MAX_BATCH
    [first] = [item for item in items if item["job"]["tableId"] == "tbl_0"]
    read = await gateway.client.get(first["location"])
    assert (read.status_code, read.json()["jobId"]) == (200, first["job"]["jobId"])


async def test_no_more_are_published_at_a_time_than_is_good_for_the_broker(
    gateway: Gateway,
) -> None:
    await post(gateway, *[GOOD] * MAX_BATCH)
    assert gateway.publisher.most_at_a_time <= 16


async def test_one_that_is_wrong_stops_no_other_and_is_told_where(gateway: Gateway) -> None:
    good, bad, odd = await post(gateway, GOOD, GOOD | {"tableId": "a b"}, "no job at all")
    assert (good["status"], bad["status"], odd["status"]) == (202, 422, 422)
    assert bad["problem"]["errors"][0]["pointer"] == "/jobs/1/tableId"
    assert odd["problem"]["errors"][0]["pointer"] == "/jobs/2"
    assert (bad["job"], bad["location"], good["problem"]) == (None, None, None)


async def test_the_same_key_twice_is_one_job(gateway: Gateway) -> None:
    one, other, changed = await post(gateway, TWICE, TWICE, TWICE | {"tableId": "tbl_2"})
    assert one["job"]["jobId"] == other["job"]["jobId"]
    assert (changed["status"], changed["problem"]["title"]) == (422, "Idempotency key reused")
    assert len(gateway.publisher.published) == 1


async def test_a_batch_with_keys_may_be_sent_again(gateway: Gateway) -> None:
    keyed = [GOOD | {"idempotencyKey": f"k{n}"} for n in range(5)]
    first, again = await asyncio.gather(post(gateway, *keyed), post(gateway, *keyed))
    assert [i["location"] for i in first] == [i["location"] for i in again]
    assert len(gateway.publisher.published) == len(keyed)


async def test_one_that_the_broker_does_not_take_says_where_it_may_still_run(
    gateway: Gateway,
) -> None:
    gateway.publisher.is_refusing = True
    [item] = await post(gateway, GOOD)
    assert (item["status"], item["problem"]["status"]) == (503, 503)
    assert item["location"].startswith("/v1/jobs/")


NO_BATCH = [
    ({}, "/jobs"),
    ({"jobs": []}, "/jobs"),
    ({"jobs": [GOOD] * (MAX_BATCH + 1)}, "/jobs"),
    ({"jobs": GOOD}, "/jobs"),
    ({"jobs": [GOOD], "key": "k"}, "/key"),
]


@pytest.mark.parametrize(("body", "pointer"), NO_BATCH)
async def test_what_is_no_batch_is_refused_as_a_whole(
    gateway: Gateway, body: Any, pointer: str
) -> None:
    answer = await gateway.client.post("/v1/jobs/batch", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert not gateway.publisher.published
