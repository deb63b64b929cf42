"""A key stands for its job for a day, which the answer says; then it stands for another one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2
import pytest
from sqlalchemy import delete

from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Database
from services.gateway.job.table import RESERVATIONS
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import BODY, NOW, TOPICS, consumed

TABLE = StageName.TABLE
DAY = timedelta(days=1)
OTHER = BODY | {"tableId": "tbl_2"}


@dataclass
class Clock:
    now: datetime = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def gateway(database: Database, compute: Compute, clock: Clock) -> AsyncIterator[Gateway]:
    async with serve_in_process(database, compute, now=lambda: clock.now) as served:
        await served.projector.prepare("cluster")
        yield served


async def test_the_answer_says_until_when(gateway: Gateway) -> None:
    first = await post(gateway)
    again = await post(gateway)
    plain = await gateway.client.post("/v1/jobs", json=BODY)
    assert first.headers["Idempotency-Key-Expires"] == "2026-01-03T03:04:05Z"
    assert again.headers["Idempotency-Key-Expires"] == "2026-01-03T03:04:05Z"
    assert "Idempotency-Key-Expires" not in plain.headers


async def test_each_of_a_batch_says_until_when(gateway: Gateway) -> None:
    body = {"jobs": [BODY | {"idempotencyKey": "k"}, BODY]}
    items = (await gateway.client.post("/v1/jobs/batch", json=body)).json()["items"]
    ends = [item["keyExpiresAt"] for item in items]
    assert ends == ["2026-01-03T03:04:05.678901Z", None]


async def test_a_key_stands_for_one_job_until_it_ends_and_then_for_another(
    gateway: Gateway, clock: Clock
) -> None:
    first = (await post(gateway)).json()["jobId"]
    clock.now = NOW + DAY - timedelta(seconds=1)
    assert (await post(gateway)).json()["jobId"] == first
    assert (await post(gateway, OTHER)).status_code == 422
    clock.now = NOW + DAY
    second = (await post(gateway, OTHER)).json()["jobId"]
    assert second != first
    assert (await post(gateway, OTHER)).json()["jobId"] == second
    clock.now = NOW + 2 * DAY
    assert (await post(gateway)).json()["jobId"] not in (first, second)
    assert len(gateway.publisher.published) == 3


async def test_a_key_that_only_the_topics_know_stands_for_its_job_as_long(
    gateway: Gateway, clock: Clock
) -> None:
    first = (await post(gateway)).json()["jobId"]
    topic, key, value, _ = gateway.publisher.published[0]
    await gateway.project(consumed(topic, value, key=key))
    await gateway.database.write(lambda c: c.execute(delete(RESERVATIONS)))
    assert (await post(gateway)).json()["jobId"] == first
    clock.now = NOW + DAY
    await gateway.database.write(lambda c: c.execute(delete(RESERVATIONS)))
    assert (await post(gateway)).json()["jobId"] != first


async def post(gateway: Gateway, body: object = BODY) -> httpx2.Response:
    return await gateway.client.post("/v1/jobs", json=body, headers={"Idempotency-Key": "k"})


async def test_the_key_of_a_job_that_was_deleted_is_free_at_once(gateway: Gateway) -> None:
    first = (await post(gateway)).json()["jobId"]
    topic, key, value, _ = gateway.publisher.published[0]
    await gateway.project(consumed(topic, value, key=key))
    letter = Headers(error_kind="refused", error_message="no")  # type: ignore[arg-type]
    await gateway.project(consumed(TOPICS.dead_letters(TABLE), value, 0, key, letter))
    assert (await gateway.client.delete(f"/v1/jobs/{first}")).status_code == 200
    again = (await post(gateway)).json()["jobId"]
    assert again != first
    assert (await gateway.client.get(f"/v1/jobs/{again}")).status_code == 200
