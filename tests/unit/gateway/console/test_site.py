"""The console as a whole: which paths there are, and what is known of requests for them."""

import pytest

from schemas.api.key import Role
from services.gateway.access.permission import CONSOLE, SIGN_IN
from services.gateway.console.shell.content_policy import POLICY
from services.gateway.console.shell.navigation import PLACES
from tests.unit.gateway.conftest import Gateway, read_metric
from tests.unit.gateway.console.visitor import list_links, sign_in
from tests.unit.gateway.example import JOB_ID, whole_job

COUNTED = 'brainshare_http_requests_total{area="console",outcome="answered"}'


async def test_the_document_of_the_api_knows_no_page(gateway: Gateway) -> None:
    document = (await gateway.client.get("/openapi.json")).json()
    assert [path for path in document["paths"] if path.startswith(CONSOLE)] == []


async def test_every_place_leads_to_a_page_which_has_every_place(keyed_gateway: Gateway) -> None:
    for role in (Role.READ, Role.OPERATE, Role.ADMIN):
        visitor = await sign_in(keyed_gateway, role)
        start = await keyed_gateway.client.get(CONSOLE, headers=visitor)
        assert start.headers["location"] == PLACES[0].path
        first = (await keyed_gateway.client.get(PLACES[0].path, headers=visitor)).text
        led = [place.path for place in PLACES if place.path in list_links(first)]
        for path in led:
            answer = await keyed_gateway.client.get(path, headers=visitor)
            assert (answer.status_code, {*led} <= list_links(answer.text)) == (200, True)


async def test_every_page_is_private_and_under_its_policy(keyed_gateway: Gateway) -> None:
    visitor = await sign_in(keyed_gateway)
    for path in (SIGN_IN, CONSOLE, *(place.path for place in PLACES), f"{CONSOLE}/nothing"):
        headers = (await keyed_gateway.client.get(path, headers=visitor)).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["cache-control"] == "no-store"


async def test_requests_for_pages_are_counted_as_the_console_s(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    before = read_metric(COUNTED)
    await gateway.client.get(f"/console/jobs/{JOB_ID}")
    assert read_metric(COUNTED) == before + 1


@pytest.mark.parametrize("path", ["/console/jobs", "/console/errors", SIGN_IN])
async def test_head_is_answered_as_get_is(keyed_gateway: Gateway, path: str) -> None:
    visitor = await sign_in(keyed_gateway)
    answers = [
        await keyed_gateway.client.request(method, path, headers=visitor)
        for method in ("GET", "HEAD")
    ]
    assert (answers[0].status_code, answers[1].status_code) == (200, 200)
    assert (answers[1].text, answers[0].text == "") == ("", False)
