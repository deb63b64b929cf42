"""/console/errors: what goes wrong, and what an admin decides of it."""

from dataclasses import replace

import pytest

from schemas.api.key import Role
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.gateway.console.shell.navigation import ERRORS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.visitor import ORIGIN, sign_in
from tests.unit.gateway.example import dead_letter, job, job_id, letter_of, request

FORM = ORIGIN | {"Content-Type": "application/x-www-form-urlencoded"}
HOSTILE = "<script>alert(1)</script> \u202e"


async def find_group(gateway: Gateway) -> str:
    groups = (await gateway.client.get("/v1/errors")).json()["errors"]
    return f"{ERRORS}/{groups[0]['fingerprint']}"


async def test_nothing_has_failed_yet(gateway: Gateway) -> None:
    page = await gateway.client.get(ERRORS)
    assert (page.status_code, "brainshare errors list" in page.text) == (200, True)


async def test_groups_and_their_counts(gateway: Gateway) -> None:
    await gateway.project(
        letter_of(0, 0, error_message="row 3 is odd"),
        letter_of(1, 1, error_message="row 14 is odd"),
        dead_letter(StageName.ROW, 2, error_kind=ErrorKind.BUG, error_message=HOSTILE),
    )
    page = (await gateway.client.get(ERRORS)).text
    assert "2 of 2 groups" in page
    assert '<td data-label="Jobs" class="number">2</td>' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [U+202E]" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?state=open", "2 of 2 groups"),
        ("?state=&source=row", "1 of 2 groups"),
        ("?state=muted", "Show all 2"),
    ],
)
async def test_filters(gateway: Gateway, query: str, told: str) -> None:
    await gateway.project(letter_of(0, 0), dead_letter(StageName.ROW, 1, error_kind=ErrorKind.BUG))
    assert told in (await gateway.client.get(f"{ERRORS}{query}")).text


async def test_what_is_decided_is_shown_and_stands_in_the_log_of_acts(gateway: Gateway) -> None:
    await gateway.project(letter_of(0, 0))
    path = await find_group(gateway)
    told = {"reason": "mended <b>now</b>"}
    answer = await gateway.client.post(f"{path}/resolve", data=told, headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?done=resolve")
    page = (await gateway.client.get(answer.headers["location"])).text
    assert "It is called resolved now." in page
    assert "decided by <bdi>local</bdi>" in page
    assert "mended &lt;b&gt;now&lt;/b&gt;" in page
    (act,) = (await gateway.client.get("/v1/acts")).json()["acts"]
    assert (act["deed"], act["reason"]) == ("resolve error", "mended <b>now</b>")
    assert act["requestId"] == answer.headers["x-request-id"]
    await gateway.project(replace(letter_of(1, 1), timestamp_ms=4_000_000_000_000))
    assert '<span class="state regressed">' in (await gateway.client.get(path)).text


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("reopen", ["resolve", "mute"]),
        ("resolve", ["mute", "reopen"]),
        ("mute", ["resolve", "reopen"]),
    ],
)
async def test_only_what_changes_something_is_offered(
    gateway: Gateway, before: str, offered: list[str]
) -> None:
    await gateway.project(letter_of(0, 0))
    path = await find_group(gateway)
    await gateway.client.post(f"{path}/{before}", headers=FORM)
    page = (await gateway.client.get(path)).text
    verbs = ("resolve", "mute", "reopen")
    assert [verb for verb in verbs if f'formaction="{path}/{verb}"' in page] == offered


async def test_a_reason_that_is_too_long_is_refused(gateway: Gateway) -> None:
    await gateway.project(letter_of(0, 0))
    path = await find_group(gateway)
    answer = await gateway.client.post(f"{path}/mute", data={"reason": "x" * 501}, headers=ORIGIN)
    assert (answer.status_code, "500" in answer.text) == (422, True)
    assert f'<a href="{path}">Back</a>' in answer.text


async def test_a_tenant_sees_its_own_and_decides_nothing(keyed_gateway: Gateway) -> None:
    await keyed_gateway.project(
        request(0, job(job_id(0), tenant="acme")), letter_of(0, 1), letter_of(1, 2)
    )
    admin = await sign_in(keyed_gateway, Role.ADMIN, "default")
    visitor = await sign_in(keyed_gateway, Role.OPERATE, "acme")
    stranger = await sign_in(keyed_gateway, Role.OPERATE, "other")
    client = keyed_gateway.client
    everybody = (admin, visitor, stranger)
    pages = [(await client.get(ERRORS, headers=who)).text for who in everybody]
    jobs = '<td data-label="Jobs" class="number">{}</td>'
    assert (jobs.format(2) in pages[0], jobs.format(1) in pages[1]) == (True, True)
    assert "Nothing has failed" in pages[2]
    path = pages[0].partition(f'<a href="{ERRORS}/')[2].partition('"')[0]
    shown = [await client.get(f"{ERRORS}/{path}", headers=who) for who in everybody]
    assert [page.status_code for page in shown] == [200, 200, 404]
    assert ["formaction" in page.text for page in shown] == [True, False, False]
    refused = await client.post(f"{ERRORS}/{path}/mute", headers=visitor | FORM)
    assert refused.status_code == 403
