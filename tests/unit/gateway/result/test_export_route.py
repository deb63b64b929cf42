"""GET of what a job came to, alone."""

import pytest

from schemas.stage import StageName
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, dead_letter, request, success, whole_job

JOB = f"/v1/jobs/{JOB_ID}"
PATH = f"{JOB}/result"


async def test_it_is_the_result_of_the_job(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    answer = await gateway.client.get(PATH)
    assert answer.json() == (await gateway.client.get(JOB)).json()["result"]
    assert answer.headers["content-type"] == "application/json"


async def test_a_job_that_failed_on_its_way_has_what_there_is(gateway: Gateway) -> None:
    await gateway.project(request(), success(StageName.TABLE), dead_letter(StageName.COLUMN))
    answer = await gateway.client.get(PATH)
    assert (answer.status_code, answer.json()["status"]) == (200, "partial")


@pytest.mark.parametrize("path", [PATH, f"{PATH}.csv"])
async def test_a_job_that_runs_has_none_yet(gateway: Gateway, path: str) -> None:
    await gateway.project(request(), success(StageName.TABLE))
    answer = await gateway.client.get(path)
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "the job is running: its table can be exported once it has ended",
    )


@pytest.mark.parametrize("path", [PATH, f"{PATH}.csv"])
async def test_a_job_that_came_to_nothing_has_none(gateway: Gateway, path: str) -> None:
    await gateway.project(request(), dead_letter(StageName.TABLE))
    answer = await gateway.client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "urn:brainshare:problem:nothing-to-export",
    )


async def test_each_form_of_a_job_has_a_tag_of_its_own(gateway: Gateway) -> None:
    """A cache that knew one of them would take another for it."""
    await gateway.project(*whole_job())
    paths = [JOB, PATH, f"{PATH}.csv", f"{PATH}.csv?bom=true"]
    tags = [(await gateway.client.get(path)).headers["etag"] for path in paths]
    assert len(set(tags)) == len(paths)
    again = [
        (await gateway.client.get(path, headers={"If-None-Match": tag})).status_code
        for path, tag in zip(paths, tags, strict=True)
    ]
    assert again == [304] * len(paths)
