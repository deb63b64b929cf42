"""/console/jobs: a page of jobs, by the filters of the API."""

from html import unescape

import pytest

from schemas.api.key import Role
from schemas.job.job import Job
from services.gateway.console.shell.navigation import JOBS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.visitor import list_links, sign_in
from tests.unit.gateway.example import JOB_ID, job, job_id, letter_of, request, whole_job

HOSTILE = "<script>alert(1)</script>\u202e"


def titled(title: str, number: int = 0, tenant: str = "default") -> Job:
    made = job(job_id(number), tenant=tenant)
    return made.model_copy(update={"context": made.context.model_copy(update={"title": title})})


async def test_there_is_no_job_yet(gateway: Gateway) -> None:
    page = await gateway.client.get(JOBS)
    assert (page.status_code, "brainshare submit" in page.text) == (200, True)


async def test_a_title_is_text_whatever_it_holds(gateway: Gateway) -> None:
    await gateway.project(request(0, titled(HOSTILE)))
    page = (await gateway.client.get(JOBS)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;[U+202E]" in page
    assert "<script>" not in page


async def test_a_page_leads_to_the_next_and_back(gateway: Gateway) -> None:
    await gateway.project(*(request(n, job(job_id(n))) for n in range(5)))
    first = await gateway.client.get(f"{JOBS}?limit=2&status=pending")
    [older] = [link for link in list_links(unescape(first.text)) if "cursor=" in link]
    assert older.startswith(f"{JOBS}?status=pending&cursor=")
    second = await gateway.client.get(older)
    shown = {link for link in list_links(first.text) if link.startswith(f"{JOBS}/")}
    others = {link for link in list_links(second.text) if link.startswith(f"{JOBS}/")}
    assert (len(shown), len(others), shown & others) == (2, 3, set())
    assert f"{JOBS}?status=pending" in list_links(second.text)
    assert ("data-live-s" in first.text, "data-live-s" in second.text) == (True, False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=failed", [0]),
        ("?status=&title=moons&tag=", [1]),
        ("?hasDeadLetters=true", [0]),
        ("?hasDeadLetters=false", [1]),
        ("?shadow=true", []),
        ("?tenant=other", []),
    ],
)
async def test_filters(gateway: Gateway, query: str, found: list[int]) -> None:
    failed, other = titled("Planets"), titled("Moons", 1)
    await gateway.project(request(0, failed), request(1, other), letter_of(0, 0))
    page = (await gateway.client.get(f"{JOBS}{query}")).text
    assert [n for n in (0, 1) if f'href="{JOBS}/{job_id(n)}"' in page] == found
    assert ("No job is like that" in page) == (not found)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?status=done", "status"),
        ("?colour=red", "colour"),
        ("?from=2026", "give a moment"),
        ("?cursor=x", "cursor"),
        ("?title=%00", "title"),
    ],
)
async def test_a_filter_that_says_nothing_is_refused(
    gateway: Gateway, query: str, told: str
) -> None:
    answer = await gateway.client.get(f"{JOBS}{query}")
    assert (answer.status_code, told in answer.text) == (422, True)


async def test_another_tenant_s_jobs_are_in_no_list(keyed_gateway: Gateway) -> None:
    await keyed_gateway.project(
        request(0, titled("Ours", 0, "acme")), request(1, titled("Theirs", 1, "other"))
    )
    for role, seen in ((Role.READ, ["Ours"]), (Role.ADMIN, ["Ours", "Theirs"])):
        visitor = await sign_in(keyed_gateway, role, "acme")
        page = (await keyed_gateway.client.get(JOBS, headers=visitor)).text
        assert [title for title in ("Ours", "Theirs") if title in page] == seen
    visitor = await sign_in(keyed_gateway, Role.READ, "acme")
    answer = await keyed_gateway.client.get(f"{JOBS}?tenant=other", headers=visitor)
    assert answer.status_code == 403


async def test_an_unchanged_list_is_not_sent_again(gateway: Gateway) -> None:
    await gateway.project(request())
    first = await gateway.client.get(JOBS)
    tag = {"If-None-Match": first.headers["etag"]}
    assert (await gateway.client.get(JOBS, headers=tag)).status_code == 304
    assert f'data-tag="{first.headers["etag"]}"' in unescape(first.text).replace("&#34;", '"')
    await gateway.project(*whole_job()[1:])
    later = await gateway.client.get(JOBS, headers=tag)
    assert (later.status_code, f"job-{JOB_ID}" in later.text) == (200, True)
