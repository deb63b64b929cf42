"""What goes wrong is told on a page of its own, in the shell, and nothing of it runs."""

import httpx2
import pytest

from schemas.api.key import Role
from services.gateway.access.permission import CONSOLE, CONSOLE_FILES, console_file
from services.gateway.console.error_group.group_page import ErrorGroupPages
from services.gateway.console.shell.content_policy import POLICY
from services.gateway.console.shell.navigation import ERRORS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.visitor import ORIGIN, sign_in

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOWHERE = f"{ERRORS}/000000000000"


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", f"{CONSOLE}/nothing", 404, "There is no such thing here"),
        ("GET", NOWHERE, 404, "There is no such thing here"),
        ("GET", f"{ERRORS}/%00", 404, "There is no such thing here"),
        ("GET", f"{ERRORS}?state=opne", 422, "Something in that is not right"),
        ("POST", f"{NOWHERE}/mute", 404, "There is no such thing here"),
        ("POST", f"{NOWHERE}/eat", 404, "There is no such thing here"),
        ("POST", ERRORS, 405, "That cannot be done here"),
    ],
)
async def test_each_has_its_page(
    gateway: Gateway, method: str, path: str, status: int, title: str
) -> None:
    answer = await gateway.client.request(method, path, headers=ORIGIN | FORM)
    assert (answer.status_code, f"<h1>{title}</h1>" in answer.text) == (status, True)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-request-id"] in answer.text
    assert f'<a href="{ERRORS}"' in answer.text


async def test_a_body_that_is_no_form_is_told(gateway: Gateway) -> None:
    answer = await gateway.client.post(f"{NOWHERE}/mute", json={"reason": "x"}, headers=ORIGIN)
    assert (answer.status_code, "send a form of the console" in answer.text) == (415, True)


async def test_a_role_that_is_too_small_is_told_which_is_needed(keyed_gateway: Gateway) -> None:
    visitor = await sign_in(keyed_gateway, Role.OPERATE)
    answer = await keyed_gateway.client.post(f"{NOWHERE}/mute", headers=visitor | FORM)
    assert (answer.status_code, "the role admin" in answer.text) == (403, True)


async def test_before_the_tables_are_open_it_says_when_to_come_again(
    early_gateway: Gateway,
) -> None:
    answer = await early_gateway.client.get(ERRORS)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "<h1>Not just now</h1>" in answer.text


async def test_a_fault_of_our_own_tells_nothing_of_itself(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object, request: object) -> None:
        raise RuntimeError("s3cret")

    monkeypatch.setattr(ErrorGroupPages, "show_all", fail)
    transport = httpx2.ASGITransport(app=gateway.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get(ERRORS)
    assert (answer.status_code, "s3cret" in answer.text) == (500, False)
    assert "<h1>Something went wrong</h1>" in answer.text


async def test_the_files_are_for_everybody_and_asked_for_once(keyed_gateway: Gateway) -> None:
    for name in CONSOLE_FILES:
        first = await keyed_gateway.client.get(console_file(name))
        tag = {"If-None-Match": first.headers["etag"]}
        again = await keyed_gateway.client.get(console_file(name), headers=tag)
        assert (first.status_code, again.status_code) == (200, 304)
        assert first.headers["x-content-type-options"] == "nosniff"
