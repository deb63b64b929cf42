"""/console/jobs/{id}: what became of a job, and what somebody may do about it."""

import pytest

from schemas.api.key import Role
from schemas.stage import StageName
from services.gateway.console.shell.navigation import JOBS
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.visitor import ORIGIN, list_links, sign_in
from tests.unit.gateway.example import (
    JOB_ID,
    TOPICS,
    dead_letter,
    job,
    job_id,
    request,
    retry,
    started,
    success,
    whole_job,
)
from tests.unit.gateway.family.test_family_route import TREE

TABLE, COLUMN = StageName.TABLE, StageName.COLUMN
JOB = f"{JOBS}/{JOB_ID}"
FORM = ORIGIN | {"Content-Type": "application/x-www-form-urlencoded"}
FAILED = [request(), success(TABLE), dead_letter(COLUMN, error_message="<b>no</b> \u202e")]
RUNNING = [request(), started(TABLE)]


async def read(gateway: Gateway, path: str = JOB) -> str:
    answer = await gateway.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_whole_job_shows_its_suggestions_and_its_story(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    page = await read(gateway)
    assert '<span class="state completed">' in page
    assert "data-live-s" not in page
    for told in ("<bdi>Moons</bdi>", "<bdi>95</bdi>", "succeeded", TOPICS.suggestions(TABLE)):
        assert told in page
    assert "Nothing was run again from this job" in page


async def test_one_under_way_is_followed(gateway: Gateway) -> None:
    await gateway.project(*RUNNING)
    page = await read(gateway)
    assert 'data-live-s="1.5"' in page
    assert '<tr id="stage-table" data-live>' in page
    assert "Nothing has been suggested yet." in page


async def test_one_that_waits_says_until_when_and_why(gateway: Gateway) -> None:
    await gateway.project(request(), retry(TABLE))
    page = await read(gateway)
    assert '<span class="state waiting-for-retry">' in page
    assert "next attempt" in page
    assert "too many requests" in page


async def test_a_failed_one_says_why(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    page = await read(gateway)
    assert "It failed: refused" in page
    assert "&lt;b&gt;no&lt;/b&gt; [U+202E]" in page
    assert "<code>column-0-0</code>" in page


async def test_the_tree_shows_which_came_from_which(gateway: Gateway) -> None:
    await gateway.project(request(), *TREE)
    page = await read(gateway, f"{JOBS}/{job_id(1)}")
    for number, depth, kind in ((2, 2, "replay"), (3, 1, "shadow replay"), (4, 2, "replay")):
        line = page.partition(f'href="{JOBS}/{job_id(number)}"')
        assert line[0].rpartition("<li ")[2].startswith(f'class="depth-{depth}"')
        assert f"{kind} of" in line[2].partition("</li>")[0]
    assert '<li class="depth-1"><strong>this job</strong>' in page
    assert f'a replay of <a href="{JOB}">' in page


async def test_an_unchanged_page_is_not_sent_again(gateway: Gateway) -> None:
    await gateway.project(*RUNNING)
    first = await gateway.client.get(JOB)
    tag = {"If-None-Match": first.headers["etag"]}
    assert (await gateway.client.get(JOB, headers=tag)).status_code == 304
    await gateway.project(TREE[0])
    later = await gateway.client.get(JOB, headers=tag)
    assert (later.status_code, str(job_id(1)) in later.text) == (200, True)


CASES: dict[str, tuple[list[ConsumedRecord], list[str]]] = {
    "pending": ([request()], ["cancel"]),
    "running": (RUNNING, ["cancel"]),
    "failed": (FAILED, ["retry", "rerun"]),
    "completed": (whole_job(), ["rerun"]),
}


@pytest.mark.parametrize(("records", "acts"), CASES.values(), ids=CASES)
async def test_only_what_can_be_done_is_offered(
    gateway: Gateway, records: list[ConsumedRecord], acts: list[str]
) -> None:
    await gateway.project(*records)
    links = list_links(await read(gateway))
    assert [act for act in ("cancel", "retry", "rerun") if f"{JOB}/{act}" in links] == acts


@pytest.mark.parametrize(
    ("role", "status"), [(Role.READ, 403), (Role.SUBMIT, 303), (Role.OPERATE, 303)]
)
async def test_a_role_has_the_buttons_of_what_it_may_do(
    keyed_gateway: Gateway, role: Role, status: int
) -> None:
    await keyed_gateway.project(request(0, job(tenant="acme")))
    visitor = await sign_in(keyed_gateway, role, "acme")
    page = (await keyed_gateway.client.get(JOB, headers=visitor)).text
    assert (f"{JOB}/cancel" in list_links(page)) == (status == 303)
    answer = await keyed_gateway.client.post(f"{JOB}/cancel", headers=visitor | FORM)
    assert (answer.status_code, len(keyed_gateway.publisher.published)) == (
        status,
        int(status == 303),
    )


async def test_a_cancel_is_asked_for_and_stands_in_the_log_of_acts(gateway: Gateway) -> None:
    await gateway.project(*RUNNING)
    said = {"reason": "posted twice"}
    answer = await gateway.client.post(f"{JOB}/cancel", data=said, headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{JOB}?done=cancel")
    [(topic, key, _, _)] = gateway.publisher.published
    assert (topic, key) == (TOPICS.control, str(JOB_ID).encode())
    assert "The cancel is asked for." in await read(gateway, answer.headers["location"])
    [act] = (await gateway.client.get("/v1/acts")).json()["acts"]
    assert (act["deed"], act["reason"]) == ("cancel job", "posted twice")


async def test_a_retry_puts_it_back(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    answer = await gateway.client.post(f"{JOB}/retry", headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{JOB}?done=retry")
    assert gateway.publisher.published[0][0] == TOPICS.requests(COLUMN)


@pytest.mark.parametrize(
    ("act", "told"), [("cancel", "too late to cancel"), ("retry", "only a failed one is run again")]
)
async def test_what_does_not_go_has_a_page_that_leads_back(
    gateway: Gateway, act: str, told: str
) -> None:
    await gateway.project(*whole_job())
    answer = await gateway.client.post(f"{JOB}/{act}", headers=FORM)
    assert (answer.status_code, told in answer.text) == (409, True)
    assert f'<a href="{JOB}">Back</a>' in answer.text


async def test_what_the_broker_does_not_take_is_a_503(gateway: Gateway) -> None:
    await gateway.project(*RUNNING)
    gateway.publisher.is_refusing = True
    answer = await gateway.client.post(f"{JOB}/cancel", headers=FORM)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize("path", ["", "/cancel", "/retry"])
async def test_another_tenant_s_job_does_not_exist(keyed_gateway: Gateway, path: str) -> None:
    await keyed_gateway.project(request(0, job(tenant="other")))
    visitor = await sign_in(keyed_gateway, Role.OPERATE, "acme")
    method = "POST" if path else "GET"
    asked = [
        await keyed_gateway.client.request(method, f"{JOBS}/{which}{path}", headers=visitor | FORM)
        for which in (JOB_ID, job_id(9))
    ]
    assert [answer.status_code for answer in asked] == [404, 404]
    assert keyed_gateway.publisher.published == []


@pytest.mark.parametrize("said", ["x", "%00", "0b5d4e1e", f"{JOB_ID}x"])
async def test_what_is_no_id_is_no_job(gateway: Gateway, said: str) -> None:
    assert (await gateway.client.get(f"{JOBS}/{said}")).status_code == 404


async def test_one_that_was_deleted_says_so(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    assert (await gateway.client.delete(f"/v1/jobs/{JOB_ID}")).status_code == 200
    answer = await gateway.client.get(JOB)
    assert (answer.status_code, "somebody has deleted it" in answer.text) == (410, True)
