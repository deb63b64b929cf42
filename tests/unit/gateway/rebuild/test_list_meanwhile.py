"""While tables are made anew beside the live ones, and switched, lists answer as ever."""

import asyncio

from tests.unit.gateway.aside.mixed import KINDS, make_log
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import job_id
from tests.unit.gateway.rebuild.test_rebuild import change_by_hand, fold, make_equal

JOBS = 8 * KINDS
MISSING = str(job_id(2 * KINDS))
"""A job whose row is deleted by hand, and put back by the switch."""


async def list_jobs(gateway: Gateway) -> tuple[int, frozenset[str]]:
    """How the list is answered, and which jobs are in it."""
    answer = await gateway.client.get("/v1/jobs?limit=200")
    return answer.status_code, frozenset(job["jobId"] for job in answer.json()["jobs"])


async def test_each_page_is_whole_before_during_and_after_the_switch(
    gateway: Gateway, database_url: str
) -> None:
    log = make_log(JOBS)
    await fold(gateway.database, log)
    whole, seen = await list_jobs(gateway), list[tuple[int, frozenset[str]]]()
    await gateway.database.write(change_by_hand, MISSING)
    rebuilding = asyncio.create_task(make_equal(database_url, log))
    while not rebuilding.done():
        seen.append(await list_jobs(gateway))
    assert (await rebuilding).is_switched
    assert (whole[0], MISSING in whole[1]) == (200, True)
    assert seen[0] == (200, whole[1] - {MISSING})
    assert {*seen, await list_jobs(gateway)} == {seen[0], whole}
