"""GET /v1/jobs finds the jobs of a filter, page by page, and says where the next page is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schemas.api.key import Role
from schemas.job.job import Job
from schemas.stage import StageName
from services.gateway.job import reservation_store
from services.kafka import ConsumedRecord
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, NOW, dead_letter, job, job_id, request, success

PLANETS, CHEESES, MOONS, FAILED = range(4)
FOUND = [
    ("", [FAILED, MOONS, CHEESES, PLANETS]),
    ("status=failed", [FAILED]),
    ("status=pending", [MOONS, CHEESES]),
    ("tableId=tbl_1", [FAILED, MOONS, PLANETS]),
    ("tableId=tbl_2", [CHEESES]),
    ("tableId=tbl_", []),
    ("tag=a", [MOONS, PLANETS]),
    ("tag=a,b", [MOONS]),
    ("title=planets", [FAILED, PLANETS]),
    ("title=MOONS%20of", [MOONS]),
    ("title=moon", []),
    ("title=planets&tag=a", [PLANETS]),
    ("title=planets&status=failed", [FAILED]),
    ("title=planets&status=failed&tag=a", []),
    ("tag=a,b&title=moons%20jupiter&tableId=tbl_1&status=pending", [MOONS]),
    ("stage=table&stageState=completed", [PLANETS]),
    ("stage=column&stageState=failed", [FAILED]),
    ("stage=column&stageState=pending&tag=a", [MOONS, PLANETS]),
    ("hasDeadLetters=true", [FAILED]),
    ("hasDeadLetters=false", [MOONS, CHEESES, PLANETS]),
    ("from=2026-01-02T03:06:05Z", [FAILED, MOONS]),
    ("from=2026-01-02T03:04:06Z&to=2026-01-02T03:06:05.678901Z", [CHEESES]),
    ("to=2026-01-02T04:04:05.678901%2B01:00&tag=a", []),
    ("engine=model", []),
    ("tenant=default", [FAILED, MOONS, CHEESES, PLANETS]),
    ("tenant=other&tag=a", []),
]


@pytest.mark.parametrize(("query", "found"), FOUND)
async def test_a_filter_finds_the_jobs_of_which_it_is_true(
    gateway: Gateway, query: str, found: list[int]
) -> None:
    await hold_four(gateway)
    answer = await gateway.client.get(f"/v1/jobs?{query}")
    assert ids_of(answer.json()) == [str(job_id(number)) for number in found]


@pytest.mark.parametrize(("query", "found"), FOUND)
async def test_pages_of_one_say_the_same_as_one_page(
    gateway: Gateway, query: str, found: list[int]
) -> None:
    await hold_four(gateway)
    seen, path = [], f"/v1/jobs?{query}&limit=1"
    while path:
        answer = await gateway.client.get(path)
        seen += ids_of(answer.json())
        assert ("next" in answer.links) is (answer.json()["next"] is not None)
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == [str(job_id(number)) for number in found]


async def test_what_changes_is_found_by_what_it_is_now(gateway: Gateway) -> None:
    await hold_four(gateway)
    of = make(MOONS, "Moons of Jupiter", ("a", "b"))
    await gateway.project(place(success(StageName.TABLE, 1, of), of))
    for query, number in (("stage=table&stageState=completed", 2), ("stage=table&stageState=x", 0)):
        page = (await gateway.client.get(f"/v1/jobs?{query}")).json()
        assert len(page.get("jobs", [])) == number


async def test_a_job_that_is_not_projected_yet_is_found_by_the_same_filters(
    gateway: Gateway,
) -> None:
    body = BODY | {"tags": ["new"], "context": {"title": "Rivers of Asia"}}
    posted = (await gateway.client.post("/v1/jobs", json=body)).json()["jobId"]
    for query, found in (
        ("tag=new", [posted]),
        ("tag=old", []),
        ("title=asia&status=pending", [posted]),
        ("status=failed", []),
        ("stage=row&stageState=pending", [posted]),
        ("hasDeadLetters=true", []),
        ("to=2000-01-01T00:00:00Z", []),
    ):
        assert ids_of((await gateway.client.get(f"/v1/jobs?{query}")).json()) == found, query


async def test_many_that_are_not_projected_yet_come_page_by_page(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reservation_store, "READ_AT_A_TIME", 2)
    posted = [(await gateway.client.post("/v1/jobs", json=BODY)).json()["jobId"] for _ in range(5)]
    seen, path = [], "/v1/jobs?tableId=tbl_1&limit=3"
    while path:
        answer = await gateway.client.get(path)
        seen += ids_of(answer.json())
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == sorted(posted, reverse=True)


async def test_a_page_that_is_read_while_jobs_come_in_repeats_and_skips_nothing(
    gateway: Gateway,
) -> None:
    await hold_four(gateway)
    first = (await gateway.client.get("/v1/jobs?tag=a&limit=1")).json()
    await hold(gateway, make(9, "New", ("a",)))
    second = await gateway.client.get(f"/v1/jobs?tag=a&limit=5&cursor={first['next']}")
    assert ids_of(first) + ids_of(second.json()) == [str(job_id(n)) for n in (MOONS, PLANETS)]


async def test_a_cursor_is_good_for_its_filters_only(gateway: Gateway) -> None:
    await hold_four(gateway)
    cursor = (await gateway.client.get("/v1/jobs?limit=1")).json()["next"]
    told = [
        (await gateway.client.get(f"/v1/jobs?{query}&cursor={text}")).status_code
        for query, text in (
            ("limit=2", cursor),
            ("status=failed", cursor),
            ("tenant=default", cursor),
            ("limit=1", cursor[:-2]),
            ("limit=1", "MTIzNC4wYjVkNGUxZS04ZjNjLTRjMWEtOWMxZS0yZjBkN2E2YjVjNGQ"),
        )
    ]
    assert told == [200, 422, 422, 422, 422]


REFUSED = [
    ("status=done", "status: "),
    ("stageState=failed", "stageState: "),
    ("stage=row", "stageState: "),
    ("stage=cell&stageState=failed", "stage: "),
    ("tableId=", "tableId: "),
    ("tag=a,,b", "tag: "),
    ("tag=", "tag: "),
    ("title=...", "title: "),
    ("from=0", "from: "),
    ("from=2026-01-02T03:04:05", "from: "),
    ("from=2026-01-02T03:04:05+01:00", "from: "),
    ("to=yesterday", "to: "),
    ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to: "),
    ("hasDeadLetters=perhaps", "hasDeadLetters: "),
    ("engine=steam", "engine: "),
    ("tenant=No", "tenant: "),
    ("fields=", "fields: "),
    ("fields=jobid", "fields: "),
    ("limit=0", "limit: "),
    ("limit=201", "limit: "),
    ("cursor=x", "cursor: "),
]


@pytest.mark.parametrize(("query", "named"), REFUSED)
async def test_what_makes_no_sense_is_refused_by_its_name(
    gateway: Gateway, query: str, named: str
) -> None:
    answer = await gateway.client.get(f"/v1/jobs?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(named)


async def test_fields_make_a_small_answer(gateway: Gateway) -> None:
    await hold_four(gateway)
    answer = await gateway.client.get("/v1/jobs?status=failed&fields=jobId,status,title")
    shown = {"jobId": str(job_id(FAILED)), "title": "Planets again", "status": "failed"}
    assert answer.json() == {"jobs": [shown], "next": None}


async def test_a_tenant_finds_its_own_only(keyed_gateway: Gateway) -> None:
    await hold(keyed_gateway, make(1, "Planets", ("a",), tenant="acme"))
    await hold(keyed_gateway, make(2, "Planets", ("a",), tenant="rival"))
    caller = await make_caller(keyed_gateway.database, Role.READ, "acme")
    for query in ("tag=a", "title=planets", "tableId=tbl_1", "stage=row&stageState=pending"):
        answer = await keyed_gateway.client.get(f"/v1/jobs?{query}", headers=caller)
        assert ids_of(answer.json()) == [str(job_id(1))], query


async def hold_four(gateway: Gateway) -> None:
    planets = make(PLANETS, "Planets", ("a",))
    failed = make(FAILED, "Planets again", ())
    await hold(gateway, planets, place(success(StageName.TABLE, 0, planets), planets))
    await hold(gateway, make(CHEESES, "Cheeses of France", (), "tbl_2"))
    await hold(gateway, make(MOONS, "Moons of Jupiter", ("a", "b")))
    await hold(gateway, failed, place(dead_letter(StageName.COLUMN), failed))


async def hold(gateway: Gateway, of: Job, *records: ConsumedRecord) -> None:
    offset = int((of.accepted_at - NOW).total_seconds())
    await gateway.project(request(offset, of), *records)


def place(record: ConsumedRecord, of: Job) -> ConsumedRecord:
    offset = 1 + int((of.accepted_at - NOW).total_seconds())
    return replace(record, key=of.key, offset=offset)


def make(
    number: int,
    title: str,
    tags: tuple[str, ...],
    table_id: str = "tbl_1",
    tenant: str = "default",
) -> Job:
    """A job that was accepted so many minutes later."""
    plain = job(job_id(number), tenant=tenant)
    context = plain.context.model_copy(update={"title": title})
    at = NOW + timedelta(minutes=number)
    told = {"context": context, "tags": tags, "table_id": table_id, "accepted_at": at}
    return plain.model_copy(update=told)


def ids_of(page: dict[str, Any]) -> list[str]:
    return [one["jobId"] for one in page["jobs"]]
