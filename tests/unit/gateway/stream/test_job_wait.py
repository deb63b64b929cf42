"""`Prefer: wait`: an answer comes when there is news, or when the time is over."""

import asyncio
from collections.abc import Awaitable
from uuid import UUID

import httpx2
import pytest

from schemas.stage import StageName
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.job_wait import JobWait
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, job, request, started, whole_job

PATH = f"/v1/jobs/{JOB_ID}"
LONG = {"Prefer": "wait=20"}
SHORT = {"Prefer": "wait=1"}


async def until_waiting(gateway: Gateway) -> None:
    """Until a request waits for a job."""
    while not gateway.notifier.watchers:  # noqa: ASYNC110 - it is no event of ours
        await asyncio.sleep(0.01)  # noqa: TID251 - polls


async def ask(gateway: Gateway, **headers: str) -> Awaitable[httpx2.Response]:
    asked = asyncio.create_task(gateway.client.get(PATH, headers=LONG | headers))
    await until_waiting(gateway)
    return asked


async def test_a_read_is_answered_when_the_job_is_final(gateway: Gateway) -> None:
    await gateway.project(request())
    asked = await ask(gateway)
    await gateway.project(*whole_job())
    answer = await asked
    assert answer.json()["status"] == "completed"
    assert answer.headers["preference-applied"] == "wait=20"


async def test_with_a_version_it_is_answered_when_the_job_has_changed(gateway: Gateway) -> None:
    await gateway.project(request())
    tag = (await gateway.client.get(PATH)).headers["etag"]
    asked = await ask(gateway, **{"If-None-Match": tag})
    await gateway.project(started(StageName.TABLE))
    answer = await asked
    assert (answer.status_code, answer.json()["status"]) == (200, "running")


async def test_when_the_time_is_over_the_job_is_told_as_it_is(gateway: Gateway) -> None:
    await gateway.project(request())
    answer = await gateway.client.get(PATH, headers=SHORT)
    again = SHORT | {"If-None-Match": answer.headers["etag"]}
    assert (answer.json()["status"], answer.headers["retry-after"]) == ("pending", "1")
    assert (await gateway.client.get(PATH, headers=again)).status_code == 304
    assert gateway.notifier.watchers == 0


async def test_a_post_is_answered_when_its_job_is_final(gateway: Gateway) -> None:
    body = {"tableId": "tbl_1", "context": {"title": "Moons"}, "idempotencyKey": "k"}
    posted = asyncio.create_task(gateway.client.post("/v1/jobs", json=body, headers=LONG))
    await until_waiting(gateway)
    [(_, key, _, _)] = gateway.publisher.published
    await gateway.project(*whole_job(job(UUID(key.decode()))))
    answer = await posted
    assert (answer.status_code, answer.json()["status"]) == (202, "completed")


async def test_a_job_that_does_not_exist_is_not_waited_for(gateway: Gateway) -> None:
    assert (await gateway.client.get(PATH, headers=LONG)).status_code == 404


async def test_a_gateway_that_stops_lets_nobody_wait(gateway: Gateway) -> None:
    await gateway.project(request())
    asked = await ask(gateway)
    gateway.notifier.close()
    assert (await asked).json()["status"] == "pending"


@pytest.mark.parametrize("most", [0, 1])
async def test_where_as_many_wait_as_may_the_next_is_answered_at_once(
    gateway: Gateway, most: int
) -> None:
    await gateway.project(request())
    notifier = ChangeNotifier()
    with notifier.watch("another"):
        waits = JobWait(gateway.database, notifier, most)
        assert await waits.find(str(JOB_ID), ALL_TENANTS, 60, lambda job: job.is_final)
