"""A version of a job is rendered once, however many ask for it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete

from schemas.stage import StageName
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Connection, Database, DatabaseUnavailableError
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.job.renderer import Renderer
from services.gateway.job.store import StoredJob, find_job
from services.gateway.job.table import RESULTS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, request, success, whole_job


class CountedDatabase:
    """Counts what is read, and refuses the first reads it is told to."""

    def __init__(self, database: Database, refused: int = 0) -> None:
        self._database = database
        self._refused = refused
        self.reads = 0

    async def read(self, *arguments: Any) -> Any:
        self.reads += 1
        if self.reads <= self._refused:
            raise DatabaseUnavailableError("away")
        return await self._database.read(*arguments)


async def find(gateway: Gateway) -> StoredJob:
    job = await gateway.database.read(find_job, str(JOB_ID), ALL_TENANTS)
    assert job is not None
    return job


def count(gateway: Gateway, compute: Compute, **told: int) -> tuple[CountedDatabase, Renderer]:
    counted = CountedDatabase(gateway.database, told.pop("refused", 0))
    return counted, Renderer(counted, compute, **told)  # type: ignore[arg-type]


async def test_many_who_ask_at_once_share_one_rendering(gateway: Gateway, compute: Compute) -> None:
    await gateway.project(*whole_job())
    job, (counted, renderer) = await find(gateway), count(gateway, compute)
    answers = await asyncio.gather(*(renderer.status(job) for _ in range(100)))
    assert (len(set(answers)), counted.reads) == (1, 1)


async def test_each_version_is_rendered_anew(gateway: Gateway, compute: Compute) -> None:
    counted, renderer = count(gateway, compute)
    await gateway.project(request(), success(StageName.TABLE))
    first = await renderer.status(await find(gateway))
    await gateway.project(success(StageName.COLUMN))
    assert await renderer.status(await find(gateway)) != first
    assert counted.reads == 2


async def test_no_more_is_kept_than_is_allowed(gateway: Gateway, compute: Compute) -> None:
    await gateway.project(*whole_job())
    job, (counted, renderer) = await find(gateway), count(gateway, compute, kept_bytes=10)
    for _ in range(2):
        assert (await renderer.csv(job)).body
    assert (counted.reads, renderer.kept) == (2, 0)


async def test_what_could_not_be_rendered_is_tried_again(
    gateway: Gateway, compute: Compute
) -> None:
    await gateway.project(*whole_job())
    job, (_, renderer) = await find(gateway), count(gateway, compute, refused=1)
    with pytest.raises(DatabaseUnavailableError):
        await renderer.status(job)
    assert await renderer.status(job)


async def test_a_client_that_goes_away_takes_nothing_from_the_others(
    gateway: Gateway, compute: Compute
) -> None:
    await gateway.project(*whole_job())
    job, (_, renderer) = await find(gateway), count(gateway, compute)
    gone, stays = (asyncio.create_task(renderer.status(job)) for _ in range(2))
    await asyncio.wait([gone], timeout=0)
    gone.cancel()
    assert b"completed" in await stays


async def test_a_job_whose_result_is_missing_is_shown_without_it(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    await gateway.database.write(_forget_results)
    answer = await gateway.client.get(f"/v1/jobs/{JOB_ID}")
    table = await gateway.client.get(f"/v1/jobs/{JOB_ID}/result.csv")
    assert (answer.status_code, answer.json()["result"]) == (200, None)
    # It may be read yet, without a new version of the job: nobody may keep the answer as this one.
    assert ("ETag" in answer.headers, answer.headers["Cache-Control"]) == (False, "no-store")
    assert (table.status_code, table.json()["type"].rpartition(":")[2]) == (
        409,
        "result-not-read",
    )


def _forget_results(connection: Connection) -> None:
    connection.execute(delete(RESULTS))
