"""What webhooks met is among the errors, by how their receivers answered."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from schemas.api.key import Role
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.receiver import Answer
from tests.unit.gateway.sending import Sending, open_sending

PATH = "/v1/errors"
NOBODY = "http://127.0.0.1:1/"


@pytest.fixture
async def sending(gateway: Gateway) -> AsyncIterator[Sending]:
    async with open_sending(gateway) as sending:
        yield sending


async def list_errors(gateway: Gateway, query: str = "?source=webhook") -> list[dict[str, Any]]:
    answer = await gateway.client.get(f"{PATH}{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["errors"]
    return found


async def test_what_is_not_delivered_is_an_error_by_its_answer(sending: Sending) -> None:
    one, other = await sending.add(), await sending.add(NOBODY, "acme")
    sending.receiver.script = [Answer(500), Answer(500)]
    await sending.note(one)
    await sending.note(other)
    await sending.sender.settle_down()
    await sending.wait(minutes=2)
    found = {group["kind"]: group for group in await list_errors(sending.gateway)}
    assert found.keys() == {"http-500", "no-answer"}
    assert found["http-500"]["message"] == "answered 500"
    assert (found["http-500"]["count"], found["http-500"]["tenants"]) == (2, 1)
    assert found["http-500"]["state"] == "open"


async def test_what_was_delivered_at_last_is_none_any_more(sending: Sending) -> None:
    endpoint = await sending.add()
    sending.receiver.script = [Answer(500)]
    await sending.note(endpoint)
    await sending.sender.settle_down()
    assert len(await list_errors(sending.gateway)) == 1
    await sending.wait(hours=1)
    assert await list_errors(sending.gateway) == []


async def test_one_that_was_called_mended_and_is_met_again_has_regressed(sending: Sending) -> None:
    endpoint, gateway = await sending.add(), sending.gateway
    sending.receiver.script = [Answer(503)] * 9
    await sending.note(endpoint)
    await sending.sender.settle_down()
    (group,) = await list_errors(gateway)
    path = f"{PATH}/{group['fingerprint']}"
    resolved = (await gateway.client.post(f"{path}/resolve")).json()
    assert (resolved["state"], resolved["source"]) == ("resolved", "webhook")
    await sending.wait(hours=1)
    shown = (await gateway.client.get(path)).json()
    assert (shown["state"], shown["latest"]) == ("regressed", [])
    assert shown["count"] > group["count"]


async def test_a_tenant_sees_its_own_receivers_alone(keyed_gateway: Gateway) -> None:
    async with open_sending(keyed_gateway) as sending:
        for tenant in ("acme", "globex"):
            await sending.note(await sending.add(NOBODY, tenant))
        await sending.sender.settle_down()
    seen = []
    for role, tenant in ((Role.READ, "acme"), (Role.READ, "other"), (Role.ADMIN, "default")):
        caller = await make_caller(keyed_gateway.database, role, tenant)
        answer = await keyed_gateway.client.get(f"{PATH}?source=webhook", headers=caller)
        seen.append([(group["count"], group["tenants"]) for group in answer.json()["errors"]])
    assert seen == [[(1, 1)], [], [(2, 2)]]
