"""One signs in with a key, for the console only, and is out once the key is."""

from datetime import timedelta

import httpx2
import pytest

from schemas.api.key import Role
from services.gateway.access.api_key_store import revoke_key
from services.gateway.access.permission import CONSOLE, SIGN_IN
from services.gateway.access.session import COOKIE, LASTS
from services.gateway.compute.compute import Compute
from services.gateway.console.shell.navigation import ERRORS, JOBS
from services.gateway.console.sign_in_page import SIGN_OUT
from services.gateway.database.database import Database
from services.gateway.settings import Auth, GatewaySettings
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.console.visitor import ORIGIN, read_cookie, send_key, sign_in
from tests.unit.gateway.example import JOB_ID, NOW

UNKNOWN = f"bsk_{'0' * 12}_{'A' * 43}"


async def make_key(gateway: Gateway, role: Role = Role.READ) -> str:
    header = (await make_caller(gateway.database, role))["Authorization"]
    return header.removeprefix("Bearer ")


async def test_who_needs_no_key_is_in_at_once(gateway: Gateway) -> None:
    answer = await gateway.client.get(CONSOLE, follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, JOBS)
    assert "Sign out" not in answer.text
    asked = await gateway.client.get(SIGN_IN)
    assert (asked.status_code, asked.headers["location"]) == (303, CONSOLE)


async def test_who_is_not_signed_in_is_led_there_and_back(keyed_gateway: Gateway) -> None:
    client = keyed_gateway.client
    asked = await client.get(f"{ERRORS}?state=open")
    where = asked.headers["location"]
    assert (asked.status_code, where) == (303, f"{SIGN_IN}?next=%2Fconsole%2Ferrors%3Fstate%3Dopen")
    page = await client.get(where)
    assert (page.status_code, "Sign out" in page.text) == (200, False)
    assert 'name="next" value="/console/errors?state=open"' in page.text
    back = await send_key(keyed_gateway, await make_key(keyed_gateway), next=f"{ERRORS}?state=open")
    assert (back.status_code, back.headers["location"]) == (303, f"{ERRORS}?state=open")
    assert (await client.get(back.headers["location"])).status_code == 200


async def test_the_cookie_holds_no_key_and_goes_nowhere_else(keyed_gateway: Gateway) -> None:
    key = await make_key(keyed_gateway)
    answer = await send_key(keyed_gateway, key)
    said = answer.headers["set-cookie"]
    assert said.startswith(f"{COOKIE}=")
    for attribute in ("HttpOnly", "Max-Age=43200", "Path=/console", "SameSite=strict"):
        assert attribute in said
    assert "Secure" not in said
    assert key.rpartition("_")[2] not in said
    cookie = {"Cookie": f"{COOKIE}={read_cookie(answer)}"}
    statuses = [
        (await keyed_gateway.client.get(path, headers=cookie)).status_code
        for path in ("/v1/jobs", "/v1/errors", "/openapi.json", ERRORS)
    ]
    assert statuses == [401, 401, 401, 200]


async def test_on_https_the_cookie_goes_by_https_only(keyed_gateway: Gateway) -> None:
    transport = httpx2.ASGITransport(app=keyed_gateway.app)
    key = {"key": await make_key(keyed_gateway)}
    for base, origin in (("https://localhost", "https://localhost"), ("http://b", "https://b")):
        async with httpx2.AsyncClient(transport=transport, base_url=base) as client:
            answer = await client.post(SIGN_IN, data=key, headers={"Origin": origin})
        assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("key", ["", "bsk_1", UNKNOWN, f"{UNKNOWN}\r\nx", "<script>"])
async def test_what_is_no_key_is_refused_on_the_page(keyed_gateway: Gateway, key: str) -> None:
    answer = await send_key(keyed_gateway, key, next=ERRORS)
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text
    assert f'value="{ERRORS}"' in answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/console",
        "//evil.example/console",
        "/\\evil.example/console",
        "/console/\\evil",
        "/v1/jobs",
        "/consoles",
        "javascript:alert(1)",
        "/console\n/x",
    ],
)
async def test_nobody_is_led_elsewhere(keyed_gateway: Gateway, wanted: str) -> None:
    answer = await send_key(keyed_gateway, await make_key(keyed_gateway), next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, CONSOLE)


async def test_a_revoked_key_signs_out(keyed_gateway: Gateway) -> None:
    key = await make_key(keyed_gateway)
    visitor = {"Cookie": f"{COOKIE}={read_cookie(await send_key(keyed_gateway, key))}"}
    await keyed_gateway.database.write(revoke_key, key.split("_")[1], NOW)
    answer = await keyed_gateway.client.get(ERRORS, headers=visitor)
    assert (answer.status_code, "Max-Age=0" in answer.headers["set-cookie"]) == (303, True)
    page = await keyed_gateway.client.get(answer.headers["location"], headers=visitor)
    assert "Your session has ended" in page.text


async def test_a_session_ends_after_twelve_hours(database: Database, compute: Compute) -> None:
    now, settings = [NOW], GatewaySettings(auth=Auth.REQUIRED)
    async with serve_in_process(database, compute, settings, now=lambda: now[0]) as served:
        await served.projector.prepare("cluster")
        visitor = await sign_in(served)
        seen = []
        for later in (timedelta(), LASTS - timedelta(seconds=1), LASTS):
            now[0] = NOW + later
            seen.append((await served.client.get(ERRORS, headers=visitor)).status_code)
        assert seen == [200, 200, 303]


async def test_who_comes_from_another_site_keeps_the_session(keyed_gateway: Gateway) -> None:
    asked = await keyed_gateway.client.get(f"{ERRORS}?state=open")
    assert "set-cookie" not in asked.headers
    page = await keyed_gateway.client.get(asked.headers["location"])
    assert '<a href="/console/errors?state=open">Go on</a>' in page.text


async def test_one_that_was_made_up_is_none(keyed_gateway: Gateway) -> None:
    visitor = await sign_in(keyed_gateway)
    name, _, sealed = visitor["Cookie"].partition("=")
    text, _, seal = sealed.partition(".")
    for forged in ("", "x", f"{text}.{'A' * len(seal)}", f"{seal}.{text}", text, f"{text}."):
        cookie = {"Cookie": f"{name}={forged}"}
        answer = await keyed_gateway.client.get(ERRORS, headers=cookie)
        assert (answer.status_code, answer.headers["location"][: len(SIGN_IN)]) == (303, SIGN_IN)


async def test_signing_out_takes_the_cookie(keyed_gateway: Gateway) -> None:
    visitor = await sign_in(keyed_gateway)
    answer = await keyed_gateway.client.post(SIGN_OUT, headers=visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SIGN_IN}?done=out")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    page = await keyed_gateway.client.get(answer.headers["location"])
    assert "You are signed out." in page.text


@pytest.mark.parametrize("path", [SIGN_IN, SIGN_OUT, f"{JOBS}/{JOB_ID}/cancel"])
@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost:99"])
async def test_a_form_of_another_origin_is_refused(
    keyed_gateway: Gateway, path: str, origin: str | None
) -> None:
    visitor = await sign_in(keyed_gateway)
    headers = {name: text for name, text in visitor.items() if name not in ORIGIN}
    headers |= {} if origin is None else {"Origin": origin}
    answer = await keyed_gateway.client.post(path, data={"key": UNKNOWN}, headers=headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert answer.headers["content-type"].startswith("text/html")
