"""POST /v1/jobs/{id}/reruns: a new job from a stage of one that has ended, or why not."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from schemas.api.key import Role
from schemas.stage import StageName
from services.gateway.removal.pruner import Pruner
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, read_metric
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    SUGGESTIONS,
    TOPICS,
    answered,
    consumed,
    job,
    request,
    success,
    whole_job,
)
from tests.unit.gateway.rerun.past import Asker

TABLE, COLUMN, ROW = StageName


async def test_it_is_a_new_job_from_that_stage_with_the_answers_before(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    answer = await asker.ask("row")
    told = answer.json()
    [record], [topic] = asker.records, asker.topics
    assert (answer.status_code, told["status"], topic) == (202, "pending", TOPICS.requests(ROW))
    assert answer.headers["Location"] == f"/v1/jobs/{told['jobId']}"
    assert told["jobId"] == str(record.job.job_id) != str(JOB_ID)
    assert {"sourceJobId": str(JOB_ID), "isShadow": False}.items() <= told["replay"].items()
    assert (record.job.stages, set(record.provenance)) == ((ROW,), {TABLE, COLUMN})
    assert (record.results.column, record.results.row) == (SUGGESTIONS[COLUMN], None)
    assert record.job.context == job().context
    assert "streamToken" in told


@pytest.mark.parametrize(("stage", "stages"), [("table", [*StageName]), ("column", [COLUMN, ROW])])
async def test_all_that_the_job_asks_for_after_it_runs_again(
    gateway: Gateway, stage: str, stages: list[StageName]
) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    await asker.ask(stage)
    assert list(asker.records[0].job.stages) == stages


async def test_the_source_stays_as_it_is_and_the_list_has_both(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    before = await asker.status()
    made = (await asker.ask()).json()["jobId"]
    assert await asker.status() == before
    listed = (await gateway.client.get("/v1/jobs")).json()["jobs"]
    assert {one["jobId"] for one in listed} == {str(JOB_ID), made}


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"want": {"columns": 5, "rows": 5, "fillExisting": True}}),
    ({"want": {"columns": 2}}, {"want": {"columns": 2, "rows": 5, "fillExisting": True}}),
    ({"options": {"maxCostUsd": 0.5}}, {"options": {"maxCostUsd": 0.5}}),
    ({"tags": ["again"]}, {"tags": ["again"]}),
    ({"context": "Moons\nof Mars"}, {"context": {"title": "Moons", "description": "of Mars"}}),
    ({"deadlineS": 60}, {"deadlineAt": "2026-01-02T03:05:05.678901Z"}),
]


@pytest.mark.parametrize(("said", "expected"), CHANGES)
async def test_what_is_said_is_different_and_all_else_as_before(
    gateway: Gateway, said: dict[str, Any], expected: dict[str, Any]
) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    assert (await asker.ask(**said)).status_code == 202
    made = asker.records[0].job.model_dump(mode="json", by_alias=True)
    before = job().model_dump(mode="json", by_alias=True)
    for name, value in expected.items():
        is_part = isinstance(value, dict)
        assert (value.items() <= made[name].items()) if is_part else (made[name] == value)
    own = {"jobId", "stages", "acceptedAt", "deadlineAt", "replay", *expected}
    assert {k: v for k, v in made.items() if k not in own} == {
        k: v for k, v in before.items() if k not in own
    }


async def test_a_replay_and_a_rerun_may_be_run_again_from_any_stage_of_the_first(
    gateway: Gateway,
) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    first = (await asker.ask("row")).json()["jobId"]
    whole = answered(ROW, asker.records[0].job)
    done = consumed(TOPICS.suggestions(ROW), whole.to_json(), 7, first.encode())
    await gateway.project(done)
    again = await asker.ask("column", first)
    assert (again.status_code, again.json()["replay"]["sourceJobId"]) == (202, first)
    assert asker.records[1].job.stages == (COLUMN, ROW)


async def test_one_key_is_one_job_and_another_body_is_refused(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    asker, key = Asker(gateway), {"Idempotency-Key": "again"}
    first, second = [await asker.ask(headers=key) for _ in range(2)]
    assert first.json()["jobId"] == second.json()["jobId"]
    assert len(gateway.publisher.published) == 1
    posted = {"tableId": "t", "context": "x", "idempotencyKey": "again"}
    for other in (
        await asker.ask("row", headers=key),
        await gateway.client.post("/v1/jobs", json=posted),
    ):
        assert (other.status_code, other.json()["title"]) == (422, "Idempotency key reused")
    assert (await asker.ask(idempotencyKey="again")).json()["jobId"] == first.json()["jobId"]


async def test_without_a_key_each_is_a_job_of_its_own(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    asker = Asker(gateway)
    ids = {(await asker.ask()).json()["jobId"] for _ in range(3)}
    assert len(ids) == 3


async def test_of_what_is_gone_it_is_told_since_when(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    await Pruner(gateway.database, 1, lambda: NOW.replace(year=2027), lambda: True).tick()
    answer = await Asker(gateway).ask()
    assert (answer.status_code, answer.json()["title"]) == (410, "Job is gone")


async def test_it_is_of_the_source_s_tenant_and_needs_the_role_submit(
    keyed_gateway: Gateway,
) -> None:
    await keyed_gateway.project(*whole_job(job(tenant="acme")))
    asker = Asker(keyed_gateway)
    for tenant, role, status in (
        ("acme", Role.READ, 403),
        ("rival", Role.SUBMIT, 404),
        ("acme", Role.SUBMIT, 202),
        ("default", Role.ADMIN, 202),
    ):
        headers = await make_caller(keyed_gateway.database, role, tenant)
        answer = await asker.ask(headers=headers)
        assert answer.status_code == status, (tenant, role)
    assert [record.job.tenant for record in asker.records] == ["acme", "acme"]


async def test_what_a_later_release_has_written_is_kept(gateway: Gateway) -> None:
    whole = whole_job()
    last = whole[-1]
    value = (last.value or b"").replace(b'"tags":', b'"later":[1],"tags":')
    await gateway.project(*whole[:-1], replace(last, value=value))
    await Asker(gateway).ask("row", headers={"Idempotency-Key": "k"})
    assert b'"later":[1]' in (gateway.publisher.published[0][2] or b"")


async def test_a_broker_that_takes_nothing_makes_no_rerun(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    gateway.publisher.is_refusing = True
    answer = await Asker(gateway).ask()
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


async def test_what_came_of_it_is_counted(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    names = [f'brainshare_reruns_total{{outcome="{o}"}}' for o in ("accepted", "refused")]
    before = [read_metric(name) for name in names]
    asker = Asker(gateway)
    await asker.ask()
    await asker.ask(of=UUID(int=0))
    assert [read_metric(n) - was for n, was in zip(names, before, strict=True)] == [1, 1]


async def test_promoted_it_is_not_pruned_before_its_source(gateway: Gateway) -> None:
    await gateway.project(request(), *map(success, StageName))
    asker = Asker(gateway)
    made = (await asker.ask("row")).json()["jobId"]
    whole = answered(ROW, asker.records[0].job)
    await gateway.project(consumed(TOPICS.suggestions(ROW), whole.to_json(), 7, made.encode()))
    path, body = f"/v1/jobs/{JOB_ID}/promotion", {"replayJobId": made, "reason": "better"}
    assert (await gateway.client.post(path, json=body)).status_code == 202
    pruner = Pruner(gateway.database, 1, lambda: NOW.replace(year=2027), lambda: True)
    await pruner.tick()
    left = [(await gateway.client.get(f"/v1/jobs/{one}")).status_code for one in (JOB_ID, made)]
    assert left == [410, 200]
