"""Every act of an operator or admin is in the log: who, when, what, on what, and why."""

from typing import Any

import pytest

from schemas.api.key import Role
from schemas.api.status import JobState
from schemas.job.record import StageRecord
from schemas.stage import StageName
from services.gateway.projection.store import begin_projection
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, dead_letter, job, request

LETTER = "/v1/dead-letters/table-0-0"
CANCEL = f"/v1/jobs/{JOB_ID}/cancel"


async def hold_letter(gateway: Gateway) -> None:
    of = job(tenant="acme")
    value = StageRecord(job=of).to_json()
    await gateway.project(request(of=of), dead_letter(StageName.TABLE, value=value))


async def list_acts(gateway: Gateway, query: str = "") -> list[dict[str, Any]]:
    admin = await make_caller(gateway.database, Role.ADMIN, "default")
    answer = await gateway.client.get(f"/v1/acts{query}", headers=admin)
    acts: list[dict[str, Any]] = answer.json()["acts"]
    return acts


async def test_a_redrive_is_noted_once_with_who_and_why(keyed_gateway: Gateway) -> None:
    await hold_letter(keyed_gateway)
    operator = await make_caller(keyed_gateway.database, Role.OPERATE)
    said: Any = {"json": {"reason": " it is back "}, "headers": operator}
    first = await keyed_gateway.client.post(f"{LETTER}/redrive", **said)
    second = await keyed_gateway.client.post(f"{LETTER}/redrive", **said)
    [act] = await list_acts(keyed_gateway)
    assert (first.status_code, second.status_code) == (202, 409)
    assert (act["deed"], act["on"], act["tenant"]) == ("redrive dead letter", "table-0-0", "acme")
    assert (act["by"], act["role"], act["reason"]) == (
        "a test's",
        "operate",
        "it is back",
    )
    assert act["byKey"] == operator["Authorization"].split("_")[1]
    assert (act["before"], act["after"]) == ({"state": "open"}, {"state": "redriven"})
    assert act["requestId"] == first.headers["x-request-id"]


async def test_a_redrive_of_many_is_an_act_for_each(keyed_gateway: Gateway) -> None:
    await hold_letter(keyed_gateway)
    operator = await make_caller(keyed_gateway.database, Role.OPERATE)
    body = {"reason": "all"}
    await keyed_gateway.client.post("/v1/dead-letters/redrive", json=body, headers=operator)
    [act] = await list_acts(keyed_gateway)
    assert (act["on"], act["reason"]) == ("table-0-0", "all")


async def test_a_discard_is_noted(keyed_gateway: Gateway) -> None:
    await hold_letter(keyed_gateway)
    operator = await make_caller(keyed_gateway.database, Role.OPERATE)
    body = {"reason": "a test"}
    await keyed_gateway.client.post(f"{LETTER}/discard", json=body, headers=operator)
    [act] = await list_acts(keyed_gateway)
    assert (act["deed"], act["after"]) == ("discard dead letter", {"state": "discarded"})


async def test_a_cancel_is_an_act_of_an_operator_and_none_of_who_posts(
    keyed_gateway: Gateway,
) -> None:
    await keyed_gateway.project(request(of=job(tenant="acme")))
    for role in (Role.SUBMIT, Role.OPERATE):
        caller = await make_caller(keyed_gateway.database, role)
        answer = await keyed_gateway.client.post(CANCEL, headers=caller)
        assert answer.status_code == 202
    [act] = await list_acts(keyed_gateway)
    assert (act["deed"], act["on"], act["reason"]) == ("cancel job", str(JOB_ID), "")
    assert (act["before"], act["after"]) == (
        {"status": JobState.PENDING},
        {"status": JobState.CANCELLING},
    )


async def test_a_cancel_that_the_broker_did_not_take_is_noted_as_asked_only(
    keyed_gateway: Gateway,
) -> None:
    await keyed_gateway.project(request(of=job(tenant="acme")))
    keyed_gateway.publisher.is_refusing = True
    operator = await make_caller(keyed_gateway.database, Role.OPERATE)
    answer = await keyed_gateway.client.post(CANCEL, headers=operator)
    [act] = await list_acts(keyed_gateway)
    assert (answer.status_code, act["after"]) == (503, None)


async def test_acts_on_keys_are_noted_without_their_secrets(keyed_gateway: Gateway) -> None:
    admin = await make_caller(keyed_gateway.database, Role.ADMIN, "default")
    client = keyed_gateway.client
    made = (await client.post("/v1/keys", json={"name": "x"}, headers=admin)).json()
    path = f"/v1/keys/{made['id']}"
    await client.post(f"{path}/rotate", json={}, headers=admin)
    for _ in range(2):
        await client.post(f"{path}/revoke", json={"reason": "leaked"}, headers=admin)
    acts = await list_acts(keyed_gateway)
    assert sorted((act["deed"], act["on"] == made["id"]) for act in acts) == [
        ("create key", True),
        ("revoke key", True),
        ("rotate key", True),
    ]
    assert made["secret"] not in repr(acts)


async def test_acts_come_page_by_page_and_by_tenant(keyed_gateway: Gateway) -> None:
    admin = await make_caller(keyed_gateway.database, Role.ADMIN, "default")
    for number in range(5):
        body = {"name": str(number), "tenant": "acme" if number % 2 else "other"}
        await keyed_gateway.client.post("/v1/keys", json=body, headers=admin)
    seen, query = [], "?limit=2"
    while query:
        page = (await keyed_gateway.client.get(f"/v1/acts{query}", headers=admin)).json()
        seen += [act["after"]["name"] for act in page["acts"]]
        query = page["next"] and f"?limit=2&cursor={page['next']}"
    assert sorted(seen) == ["0", "1", "2", "3", "4"]
    assert len(await list_acts(keyed_gateway, "?tenant=acme")) == 2


async def test_a_rebuild_leaves_the_log_of_acts_and_the_keys_alone(keyed_gateway: Gateway) -> None:
    admin = await make_caller(keyed_gateway.database, Role.ADMIN, "default")
    await keyed_gateway.client.post("/v1/keys", json={"name": "x"}, headers=admin)
    await keyed_gateway.database.write(begin_projection, "another cluster")
    assert len(await list_acts(keyed_gateway)) == 1


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"reason": "x" * 501}, 422, "/reason"),
        ({"why": "x"}, 422, "/why"),
        ({"reason": None}, 422, "/reason"),
    ],
)
async def test_a_reason_that_is_none_is_refused_and_nothing_is_done(
    gateway: Gateway, body: dict[str, object], status: int, pointer: str
) -> None:
    accepted = await gateway.client.post("/v1/jobs", json=BODY)
    path = f"{accepted.headers['location']}/cancel"
    answer = await gateway.client.post(path, json=body)
    assert answer.status_code == status
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert len(gateway.publisher.published) == 1
