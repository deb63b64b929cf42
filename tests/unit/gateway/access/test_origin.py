"""A page of somebody else makes a browser do nothing here, and reads nothing."""

import pytest

from services.gateway.settings import GatewaySettings
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import BODY

JOBS = "/v1/jobs"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("LOCALHOST:8000", 200),
        ("app.localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("", 200),
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("evil.example#127.0.0.1", 421),
    ],
)
async def test_without_a_key_only_names_of_this_machine_go(
    gateway: Gateway, host: str, status: int
) -> None:
    for path in (JOBS, "/healthz"):
        answer = await gateway.client.get(path, headers={"Host": host})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("named", "host", "status"),
    [
        ("", "any.example", 200),
        ("api.example", "api.example", 200),
        ("api.example", "API.example:443", 200),
        ("api.example", "evil.example", 421),
        ("api.example", "127.0.0.1", 421),
    ],
)
async def test_with_keys_every_name_goes_unless_some_are_given(
    gateway: Gateway, named: str, host: str, status: int
) -> None:
    settings = GatewaySettings(host="0.0.0.0", hosts=named)
    caller = await make_caller(gateway.database)
    async with serve_in_process(gateway.database, gateway.compute, settings) as keyed:
        await keyed.projector.prepare("cluster")
        answer = await keyed.client.get(JOBS, headers=caller | {"Host": host})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 202),
        ("http://localhost", 202),
        ("https://LOCALHOST", 202),
        ("http://localhost:3000", 403),
        ("http://evil.example", 403),
        ("null", 403),
    ],
)
async def test_an_act_of_a_page_of_another_origin_is_refused(
    gateway: Gateway, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    answer = await gateway.client.post(JOBS, json=BODY, headers=headers)
    assert answer.status_code == status
    assert len(gateway.publisher.published) == (status == 202)


@pytest.mark.parametrize(
    "path", ["/v1/jobs/x/cancel", "/v1/dead-letters/x/redrive", "/v1/keys/x/revoke"]
)
async def test_also_an_act_without_a_body_is(gateway: Gateway, path: str) -> None:
    answer = await gateway.client.post(path, headers={"Origin": "http://evil.example"})
    assert answer.json()["type"].endswith(":origin-not-ours")
