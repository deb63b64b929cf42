"""An app on an origin that is named may call the gateway from a browser, and no other may."""

import pytest
from pydantic import ValidationError

from services.gateway.settings import GatewaySettings
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import BODY

APP = "https://app.example"
JOBS = "/v1/jobs"
PREFLIGHT = {
    "Origin": APP,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
}
READ = ("Location", "ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-ID")
NAMED = GatewaySettings(host="0.0.0.0", cors_origins=f"http://localhost:3000, {APP}")


async def test_a_preflight_is_answered_without_a_key(gateway: Gateway) -> None:
    async with serve_in_process(gateway.database, gateway.compute, NAMED) as served:
        answer = await served.client.options(JOBS, headers=PREFLIGHT)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == APP
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_page_of_a_named_origin_posts_and_reads_the_headers(gateway: Gateway) -> None:
    caller = await make_caller(gateway.database)
    async with serve_in_process(gateway.database, gateway.compute, NAMED) as served:
        await served.projector.prepare("cluster")
        answer = await served.client.post(JOBS, json=BODY, headers=caller | {"Origin": APP})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (202, APP)
    told = answer.headers["access-control-expose-headers"].split(", ")
    assert set(READ) <= set(told)


@pytest.mark.parametrize("path", [JOBS, "/nothing"])
async def test_a_refusal_can_be_read_too(gateway: Gateway, path: str) -> None:
    async with serve_in_process(gateway.database, gateway.compute, NAMED) as served:
        answer = await served.client.get(path, headers={"Origin": APP})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, APP)
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("origin", ["https://evil.example", "https://app.example.evil", "null"])
async def test_another_origin_is_neither_told_nor_let_act(gateway: Gateway, origin: str) -> None:
    settings = GatewaySettings(cors_origins=APP)
    async with serve_in_process(gateway.database, gateway.compute, settings) as served:
        await served.projector.prepare("cluster")
        asked = await served.client.options(JOBS, headers=PREFLIGHT | {"Origin": origin})
        read = await served.client.get(JOBS, headers={"Origin": origin})
        acted = await served.client.post(JOBS, json=BODY, headers={"Origin": origin})
    assert (asked.status_code, acted.status_code) == (400, 403)
    for answer in (asked, read, acted):
        assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in read.headers["vary"]


async def test_a_star_lets_every_page(gateway: Gateway) -> None:
    settings = GatewaySettings(cors_origins="*")
    async with serve_in_process(gateway.database, gateway.compute, settings) as served:
        await served.projector.prepare("cluster")
        answer = await served.client.post(JOBS, json=BODY, headers={"Origin": "http://a.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (202, "*")


async def test_without_the_setting_nothing_is_allowed(gateway: Gateway) -> None:
    answer = await gateway.client.options(JOBS, headers=PREFLIGHT)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "wrong", ["app.example", "https://app.example/", "https://*.example", "https://a b", APP + "/x"]
)
def test_what_is_no_origin_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(ValidationError, match="is no origin"):
        GatewaySettings(cors_origins=f"{APP},{wrong}")


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({"Origin": "https://evil.example"}, "origin"),
        ({"Access-Control-Request-Method": "TRACE"}, "method"),
        ({"Access-Control-Request-Headers": "x-own"}, "headers"),
    ],
)
async def test_a_refused_preflight_says_why_as_every_refusal_is_said(
    gateway: Gateway, told: dict[str, str], what: str
) -> None:
    async with serve_in_process(gateway.database, gateway.compute, NAMED) as served:
        answer = await served.client.options(JOBS, headers=PREFLIGHT | told)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (
        400,
        "urn:brainshare:problem:preflight-refused",
    )
    assert f"its {what} is not allowed" in problem["detail"]
    assert "Origin" in answer.headers["vary"]
