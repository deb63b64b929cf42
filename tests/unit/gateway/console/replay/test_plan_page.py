"""/console/replays/plan: a form plans what the API plans, and keeps what one has written."""

import pytest

from schemas.api.key import Role
from schemas.stage import StageName
from services.gateway.console.replay.plan_page import PLAN
from services.gateway.console.shell.navigation import REPLAYS
from services.gateway.replay.past import PastIsBusyError
from services.replay.manifest import JobEnd, Selection
from services.replay.question.plan import PastUnreadableError
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.replay.drive import HOSTILE, SHOWN, list_acts, plan, read, send
from tests.unit.gateway.console.visitor import sign_in
from tests.unit.gateway.example import JOB_ID


async def test_the_form_asks_for_a_sample_at_first(gateway: Gateway) -> None:
    page = await read(gateway, PLAN)
    assert 'value="200"' in page
    for name in ("stage", "from", "to", "completed", "failed", "cancelled", "tags", "tableId"):
        assert f'name="{name}"' in page
    for name in ("tenant", "sample", "limit", "promptVersion", "model", "jobIds", "reason"):
        assert f'name="{name}"' in page


async def test_it_is_planned_as_the_form_says(gateway: Gateway) -> None:
    form = {"stage": "row", "from": "2026-01-01T00:00", "to": "2026-01-02T00:00", "failed": "1"}
    form |= {"tags": "a, b", "tableId": "t", "tenant": "acme", "sample": "5", "limit": "7"}
    form |= {"promptVersion": "row-10", "model": "m-2", "jobIds": str(JOB_ID), "reason": "a try"}
    await plan(gateway, **form)
    (asked,) = gateway.past.asked
    assert (asked.stage, asked.prompt_version, asked.model) == (StageName.ROW, "row-10", "m-2")
    assert asked.listed == frozenset({JOB_ID})
    assert asked.selection == Selection(
        from_at="2026-01-01T00:00:00Z",
        to_at="2026-01-02T00:00:00Z",
        statuses=(JobEnd.FAILED,),
        tags=("a", "b"),
        table_id="t",
        tenant="acme",
        sample=5,
        limit=7,
        is_listed=True,
    )
    (act,) = await list_acts(gateway)
    assert (act["deed"], act["reason"]) == ("plan replay", "a try")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"sample": "many"}, "sample"),
        ({"from": "2026-01-02T00:00", "to": "2026-01-01T00:00"}, "to"),
        ({"jobIds": HOSTILE}, "jobIds"),
        ({"stage": "cell"}, "stage"),
        ({"tableId": HOSTILE}, "tableId"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    gateway: Gateway, fields: dict[str, str], wrong: str
) -> None:
    told = {"stage": "row", "model": HOSTILE} | fields
    answer = await send(gateway, PLAN, **told)
    assert answer.status_code == 422
    assert f'aria-describedby="{wrong}-wrong"' in answer.text
    assert f'id="{wrong}-wrong"' in answer.text
    assert SHOWN in answer.text
    assert "<script>alert" not in answer.text
    assert not gateway.past.asked
    assert await list_acts(gateway) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PastIsBusyError(), "another plan or comparison is in hand"),
        (PastUnreadableError("no broker"), "the topics cannot be read: no broker"),
    ],
)
async def test_a_past_that_cannot_be_read_now_is_told_in_the_form(
    gateway: Gateway, error: Exception, told: str
) -> None:
    gateway.past.fails = error
    answer = await send(gateway, PLAN, stage="row", tags="kept")
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert (told in answer.text, 'value="kept"' in answer.text) == (True, True)


async def test_more_jobs_than_a_replay_holds_are_told_in_the_form(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.replay.desk.MAX_REPLAY_JOBS", 0)
    answer = await send(gateway, PLAN, stage="row")
    assert (answer.status_code, "narrow it" in answer.text) == (422, True)


async def test_an_operator_plans_with_the_jobs_of_the_own_tenant_only(
    keyed_gateway: Gateway,
) -> None:
    visitor = await sign_in(keyed_gateway, Role.OPERATE, "acme")
    assert 'name="tenant"' not in await read(keyed_gateway, PLAN, visitor)
    await plan(keyed_gateway, visitor)
    assert [asked.selection.tenant for asked in keyed_gateway.past.asked] == ["acme"]
    answer = await send(keyed_gateway, PLAN, visitor, stage="row", tenant="rival")
    assert answer.status_code == 403
    assert len(keyed_gateway.past.asked) == 1


async def test_a_form_of_another_origin_plans_nothing(gateway: Gateway) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = await gateway.client.post(PLAN, data={"stage": "row"}, headers=headers)
    assert answer.status_code == 403
    assert (await gateway.client.get("/v1/replays")).json()["replays"] == []
    assert "No replay was planned" in await read(gateway, REPLAYS)
