"""An admin gives a tenant limits of its own, which hold in place of the settings."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from schemas.api.key import Role
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Database
from services.gateway.settings import Auth, GatewaySettings
from services.gateway.tenant.settings import TenantSettings
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import BODY, NOW

PATH = "/v1/tenant-limits/acme"
KEYED = GatewaySettings(auth=Auth.REQUIRED)


@dataclass
class Clock:
    now: datetime = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def gateway(database: Database, compute: Compute, clock: Clock) -> AsyncIterator[Gateway]:
    """One whose tenants may have one open job."""
    limits = TenantSettings(open_jobs=1)
    async with serve_in_process(database, compute, KEYED, limits, lambda: clock.now) as served:
        await served.projector.prepare("cluster")
        yield served


async def test_its_own_limits_hold_for_it_alone_until_they_are_unset(gateway: Gateway) -> None:
    admin = await make_caller(gateway.database, Role.ADMIN, "default")
    assert await post(gateway, "acme", 2) == [202, 429]
    told = (await gateway.client.put(PATH, json={"openJobs": 3}, headers=admin)).json()
    assert (told["openJobs"], told["usdPerDay"], told["own"]) == (3, None, ["openJobs"])
    assert await post(gateway, "acme", 3) == [202, 202, 429]
    assert await post(gateway, "other", 2) == [202, 429]
    await gateway.client.put(PATH, json={"openJobs": None}, headers=admin)
    assert await post(gateway, "acme", 3) == [202, 202, 202]
    told = (await gateway.client.delete(PATH, headers=admin)).json()
    assert (told["openJobs"], told["own"], told["setAt"]) == (1, [], None)
    assert await post(gateway, "acme", 1) == [429]


async def test_requests_a_minute_hold_from_the_next_minute_on(
    gateway: Gateway, clock: Clock
) -> None:
    admin = await make_caller(gateway.database, Role.ADMIN, "default")
    caller = await make_caller(gateway.database, Role.READ, "acme")
    await gateway.client.get("/v1/jobs", headers=caller)
    await gateway.client.put(PATH, json={"requestsPerMinute": 2}, headers=admin)
    free = await gateway.client.get("/v1/jobs", headers=caller)
    clock.now = NOW + timedelta(minutes=1)
    asked = [await gateway.client.get("/v1/jobs", headers=caller) for _ in range(3)]
    assert (free.status_code, "RateLimit" in free.headers) == (200, False)
    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert asked[0].headers["RateLimit-Policy"] == '"default";q=2;w=60'


async def test_they_are_listed_and_each_change_is_an_act(gateway: Gateway) -> None:
    admin = await make_caller(gateway.database, Role.ADMIN, "default")
    asked = {"usdPerDay": 2.5, "reason": "a trial"}
    await gateway.client.put(PATH, json=asked, headers=admin)
    listed = (await gateway.client.get("/v1/tenant-limits", headers=admin)).json()["limits"]
    await gateway.client.delete(f"{PATH}?reason=over", headers=admin)
    after = (await gateway.client.get("/v1/tenant-limits", headers=admin)).json()["limits"]
    acts = (await gateway.client.get("/v1/acts", headers=admin)).json()["acts"]
    assert [(one["tenant"], one["usdPerDay"]) for one in listed] == [("acme", 2.5)]
    assert after == []
    told = {act["reason"]: (act["deed"], act["on"], act["before"], act["after"]) for act in acts}
    assert told == {
        "a trial": ("set tenant limit", "acme", None, {"usdPerDay": 2.5}),
        "over": ("set tenant limit", "acme", {"usdPerDay": 2.5}, None),
    }


REFUSED = [
    ({"openJobs": 0}, "/openJobs"),
    ({"openJobs": 1.5}, "/openJobs"),
    ({"requestsPerMinute": 2**31}, "/requestsPerMinute"),
    ({"usdPerDay": -1}, "/usdPerDay"),
    ({"usdPerDay": "free"}, "/usdPerDay"),
    ({"open_jobs": 1}, "/open_jobs"),
    ({"reason": "x" * 501}, "/reason"),
]


@pytest.mark.parametrize(("asked", "pointer"), REFUSED)
async def test_what_makes_no_sense_is_refused_by_its_name(
    gateway: Gateway, asked: dict[str, object], pointer: str
) -> None:
    admin = await make_caller(gateway.database, Role.ADMIN, "default")
    answer = await gateway.client.put(PATH, json=asked, headers=admin)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_name_that_is_no_tenant_s_is_refused(gateway: Gateway) -> None:
    admin = await make_caller(gateway.database, Role.ADMIN, "default")
    answer = await gateway.client.get("/v1/tenant-limits/Acme", headers=admin)
    assert (answer.status_code, answer.json()["detail"][:8]) == (422, "tenant: ")


async def post(gateway: Gateway, tenant: str, times: int) -> list[int]:
    caller = await make_caller(gateway.database, Role.SUBMIT, tenant)
    return [
        (await gateway.client.post("/v1/jobs", json=BODY, headers=caller)).status_code
        for _ in range(times)
    ]
