"""/console/jobs/{id}/rerun: a job is run again as the form says, or the form says why not."""

import json
import re
from html import unescape
from typing import Any

import httpx2
import pytest

from schemas.api.key import Role
from schemas.stage import StageName
from services.gateway.console.job import rerun_form
from services.gateway.console.shell.navigation import JOBS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.visitor import ORIGIN, sign_in
from tests.unit.gateway.example import JOB_ID, dead_letter, job, request, success, whole_job
from tests.unit.gateway.rerun.past import Asker

TABLE, COLUMN, ROW = StageName
PATH = f"{JOBS}/{JOB_ID}/rerun"
FIELD = re.compile(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"[^>]*>')
AREA = re.compile(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)


def read_inputs(page: str) -> dict[str, str]:
    """What stands in the form."""
    found = [*FIELD.findall(page), *AREA.findall(page)]
    return {name: unescape(text) for name, text in found}


def read_fields(page: str) -> dict[str, str]:
    """What a browser would send of the form as it is."""
    [chosen] = re.findall(r'<option value="(\w+)" selected', page)
    return read_inputs(page) | {"fromStage": chosen}


async def send(gateway: Gateway, **changed: str | None) -> httpx2.Response:
    """Open the form, change some of it, and send it."""
    page = await gateway.client.get(PATH)
    assert page.status_code == 200, page.text
    fields = read_fields(page.text) | changed
    told = {name: text for name, text in fields.items() if text is not None}
    return await gateway.client.post(PATH, data=told, headers=ORIGIN)


async def test_as_it_is_it_is_the_same_job_again(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    answer = await send(gateway)
    [record] = asker.records
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"{JOBS}/{record.job.job_id}?done=rerun"
    assert (record.job.context, record.job.want) == (job().context, job().want)
    assert record.job.stages == job().stages
    page = await gateway.client.get(answer.headers["location"])
    assert "This is the new job." in page.text
    assert f'a rerun of <a href="{JOBS}/{JOB_ID}">' in page.text


CHANGES: list[tuple[dict[str, str | None], dict[str, Any]]] = [
    ({"fromStage": "row"}, {"stages": ["row"]}),
    ({"title": "Moons"}, {"context": {"title": "Moons", "description": ""}}),
    ({"description": "of\r\nMars"}, {"context": {"title": "Planets", "description": "of\nMars"}}),
    ({"columns": "3", "rows": " 2 "}, {"want": {"columns": 3, "rows": 2}}),
    ({"fillExisting": None}, {"want": {"fillExisting": False}}),
    ({"maxCostUsd": "0.5"}, {"options": {"maxCostUsd": 0.5}}),
    ({"tags": "again, x"}, {"tags": ["again", "x"]}),
    ({"deadlineS": "60"}, {"deadlineAt": "2026-01-02T03:05:05.678901Z"}),
    ({"table": '{"columns": [{"name": "A"}]}'}, {"context": {"columns": [{"name": "A"}]}}),
]


def holds(found: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return all(holds(found[name], value) for name, value in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(holds, found, expected))
    return bool(found == expected)


@pytest.mark.parametrize(("changed", "expected"), CHANGES)
async def test_what_is_changed_is_different_in_the_new_job(
    gateway: Gateway, changed: dict[str, str | None], expected: dict[str, Any]
) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    answer = await send(gateway, **changed)
    assert answer.status_code == 303, answer.text
    made = json.loads(asker.records[0].to_json())["job"]
    assert holds(made, expected)


REFUSALS: list[tuple[dict[str, str | None], str, str]] = [
    ({"rows": "many"}, "rows", "whole number"),
    ({"rows": "51"}, "rows", "50"),
    ({"columns": "007"}, "columns", "whole number"),
    ({"maxCostUsd": "-1"}, "maxCostUsd", "above 0"),
    ({"title": "x" * 201}, "title", "200"),
    ({"title": ""}, "title", "give a title"),
    ({"tags": "a,a"}, "tags", "twice"),
    ({"deadlineS": "0"}, "deadlineS", "1 or more"),
    ({"fromStage": "soup"}, "fromStage", "table"),
    ({"table": "{"}, "table", "no JSON"),
    ({"table": "[]"}, "table", "columns and rows"),
    ({"fromStage": "row", "table": '{"columns": [{"name": "A"}]}'}, "table", "not the job"),
]


@pytest.mark.parametrize(("changed", "field", "told"), REFUSALS)
async def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    gateway: Gateway, changed: dict[str, str | None], field: str, told: str
) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    answer = await send(gateway, **changed)
    assert (answer.status_code, asker.records) == (422, [])
    wrong = answer.text.partition(f'<p class="wrong-field" id="wrong-{field}">')[2]
    assert told in unescape(wrong.partition("</p>")[0])
    assert 'role="alert"' in answer.text
    kept = {name: text for name, text in changed.items() if name != "fromStage"}
    assert kept.items() <= read_inputs(answer.text).items()


async def test_sent_twice_it_is_one_job(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    fields = read_fields((await gateway.client.get(PATH)).text)
    answers = [await gateway.client.post(PATH, data=fields, headers=ORIGIN) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    # Sent back and changed, it is another job: the form that is shown then asks for one.
    other = await gateway.client.post(PATH, data=fields | {"title": "Moons"}, headers=ORIGIN)
    assert (other.status_code, "stands for another request" in other.text) == (422, True)
    again = read_fields(other.text)
    made = await gateway.client.post(PATH, data=again, headers=ORIGIN)
    assert made.status_code == 303
    assert made.headers["location"] != answers[0].headers["location"]


async def test_what_the_broker_did_not_take_is_sent_again_as_the_same_job(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    gateway.publisher.is_refusing = True
    refused = await send(gateway, title="Moons")
    assert (refused.status_code, "did not ack" in refused.text) == (503, True)
    gateway.publisher.is_refusing = False
    asker = Asker(gateway)
    again = await gateway.client.post(PATH, data=read_fields(refused.text), headers=ORIGIN)
    [record] = asker.records
    assert (again.status_code, record.job.context.title) == (303, "Moons")
    assert f"/v1/jobs/{record.job.job_id}" in refused.text


async def test_only_a_stage_that_has_something_to_run_from_can_be_chosen(gateway: Gateway) -> None:
    await gateway.project(request(), success(TABLE), dead_letter(COLUMN))
    page = (await gateway.client.get(PATH)).text
    assert re.findall(r'<option value="(\w+)"', page) == ["table", "column"]


async def test_a_large_table_is_kept_and_not_edited_here(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerun_form, "MOST_TABLE_CHARS", 10)
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    assert 'name="table"' not in (await gateway.client.get(PATH)).text
    assert (await send(gateway, title="Moons")).status_code == 303
    context = asker.records[0].job.context
    assert (context.title, context.columns) == ("Moons", job().context.columns)


async def test_one_under_way_is_not_run_again(gateway: Gateway) -> None:
    await gateway.project(request())
    answers = [
        await gateway.client.get(PATH),
        await gateway.client.post(PATH, data={"fromStage": "table"}, headers=ORIGIN),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "wait until it has ended" in answers[0].text


@pytest.mark.parametrize(
    ("role", "tenant", "status"),
    [(Role.READ, "acme", 403), (Role.SUBMIT, "acme", 200), (Role.SUBMIT, "other", 404)],
)
async def test_who_may(keyed_gateway: Gateway, role: Role, tenant: str, status: int) -> None:
    await keyed_gateway.project(*whole_job(job(tenant="acme")))
    visitor = await sign_in(keyed_gateway, role, tenant)
    shown = await keyed_gateway.client.get(PATH, headers=visitor)
    sent = await keyed_gateway.client.post(PATH, data={"fromStage": "x"}, headers=visitor)
    assert (shown.status_code, sent.status_code) == (status, 422 if status == 200 else status)
    assert keyed_gateway.publisher.published == []
