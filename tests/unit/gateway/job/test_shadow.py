"""A replay that is for comparison only is shown to nobody unasked, and takes nobody's place."""

from dataclasses import replace
from uuid import UUID

import pytest

from schemas.job.job import Job
from schemas.job.replay import Replay
from schemas.stage import StageName
from services.gateway.feed.store import read_page, read_snapshot
from services.gateway.job.store import count_open, find_oldest_open_us
from services.gateway.tenant.store import count_open_of
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, dead_letter, job, job_id, request, success

COLUMN, ROW = StageName.COLUMN, StageName.ROW
REPLAY_ID = UUID("00000000-0000-4000-8000-00000000aaaa")


def make_replay(number: int, *, is_shadow: bool = True) -> Job:
    mark = Replay(replay_id=REPLAY_ID, source_job_id=JOB_ID, is_shadow=is_shadow)
    plain = job(job_id(number), (COLUMN, ROW))
    return plain.model_copy(update={"replay": mark})


async def listed(gateway: Gateway, query: str = "") -> list[str]:
    page = (await gateway.client.get(f"/v1/jobs{query}")).json()
    return [item["jobId"] for item in page["jobs"]]


async def test_a_list_has_it_only_when_asked(gateway: Gateway) -> None:
    shadow, plain = make_replay(1), make_replay(2, is_shadow=False)
    await gateway.project(request(0), request(1, shadow), request(2, plain))
    assert {*await listed(gateway)} == {str(JOB_ID), str(plain.job_id)}
    assert await listed(gateway, "?shadow=true") == [str(shadow.job_id)]
    assert await listed(gateway, "?shadow=true&status=completed") == []


async def test_whoever_has_its_id_reads_of_what_it_is_a_replay(gateway: Gateway) -> None:
    shadow = make_replay(1)
    await gateway.project(request(1, shadow), success(COLUMN, 2, shadow))
    found = (await gateway.client.get(f"/v1/jobs/{shadow.job_id}")).json()
    mark = {"replayId": str(REPLAY_ID), "sourceJobId": str(JOB_ID), "isShadow": True}
    assert found["replay"] == mark | {"plannedAt": None}
    asked = {"Accept": "application/json"}
    told = await gateway.client.get(f"/v1/jobs/{shadow.job_id}/events", headers=asked)
    history = told.json()
    assert [item["kind"] for item in history["events"]] == ["accepted", "succeeded"]


@pytest.mark.parametrize("late", [False, True])
async def test_the_events_of_all_jobs_have_none_of_it(gateway: Gateway, late: bool) -> None:
    """Also where something is heard of it before its request is."""
    shadow = make_replay(1)
    given_up = replace(dead_letter(ROW, 3), key=shadow.key)
    records = [request(1, shadow), success(COLUMN, 2, shadow), given_up]
    for record in [request(0), *(reversed(records) if late else records)]:
        await gateway.project(record)
    page = await gateway.database.read(read_page, None, 0, 100)
    assert page is not None
    assert {fact.job_id for fact in page.facts} == {str(JOB_ID)}
    newest = await gateway.database.read(read_snapshot, None, (), 10)
    assert [item.job_id for item in newest.jobs] == [str(JOB_ID)]


async def test_it_is_none_of_the_open_jobs_that_a_tenant_may_have(gateway: Gateway) -> None:
    await gateway.project(request(0), request(1, make_replay(1)))
    assert await gateway.database.read(count_open_of, "default", 10) == 1


async def test_it_is_none_of_the_jobs_whose_age_and_number_alerts_look_at(gateway: Gateway) -> None:
    await gateway.project(request(1, make_replay(1)))
    counts = await gateway.database.read(count_open)
    assert sum(counts.values()) == 0
    assert await gateway.database.read(find_oldest_open_us) is None
    await gateway.project(request(2, make_replay(2, is_shadow=False)))
    counts = await gateway.database.read(count_open)
    assert sum(counts.values()) == 1
    assert await gateway.database.read(find_oldest_open_us) is not None
