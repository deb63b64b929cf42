"""Whose a job is stands in its record; a key of one tenant is another key than the other's."""

import json

import pytest
from pydantic import ValidationError

from schemas.job.job import Job
from schemas.job.record import StageRecord, add_answer
from schemas.job.request import SuggestionRequest
from schemas.stage import StageName
from schemas.tenant import DEFAULT_TENANT
from services.gateway.database.sight import ALL_TENANTS, Sight
from services.gateway.dead_letter.store import find_letter
from services.gateway.job.reservation_store import ReservationState, reserve, set_state
from services.gateway.job.store import find_job
from services.gateway.submission.order import make_order
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    BODY,
    JOB_ID,
    NOW,
    answered,
    dead_letter,
    job,
    request,
    started,
)

REQUEST = SuggestionRequest.model_validate(BODY)
TABLE = StageName.TABLE


def test_a_record_that_names_no_tenant_is_the_default_one_s() -> None:
    said = json.loads(job().model_dump_json(by_alias=True))
    del said["tenant"]
    assert Job.from_json(json.dumps(said)).tenant == DEFAULT_TENANT == "default"


@pytest.mark.parametrize("tenant", ["", "Acme", "a b", "-a", "a" * 64, "a\n", "ä", None, 1])
def test_a_record_names_a_tenant_or_is_none(tenant: object) -> None:
    said = json.loads(job().model_dump_json(by_alias=True)) | {"tenant": tenant}
    with pytest.raises(ValidationError):
        Job.from_json(json.dumps(said))


def test_an_agent_passes_on_whose_a_job_is() -> None:
    came_as = StageRecord(job=job(tenant="acme")).to_json()
    answer = answered(TABLE)
    passed_on = add_answer(came_as, TABLE, answer.results.table, answer.provenance[TABLE])
    assert StageRecord.from_json(passed_on).job.tenant == "acme"


def test_a_key_stands_for_one_job_of_each_tenant() -> None:
    ours, theirs, again = (
        make_order(REQUEST, "key", NOW, tenant).wanted.job_id for tenant in ("a", "b", "a")
    )
    assert ours == again != theirs


def test_a_key_of_before_there_were_tenants_is_the_default_one_s() -> None:
    assert make_order(REQUEST, "key-1", NOW).wanted.job_id == "ab78a2f0-103a-5730-9c11-f80e4beab438"


@pytest.mark.parametrize(
    ("sight", "is_seen"), [(ALL_TENANTS, True), ("acme", True), (DEFAULT_TENANT, False)]
)
async def test_who_sees_a_job_and_its_letter(gateway: Gateway, sight: Sight, is_seen: bool) -> None:
    record = StageRecord(job=job(tenant="acme")).to_json()
    await gateway.project(request(of=job(tenant="acme")), dead_letter(TABLE, value=record))
    found = await gateway.database.read(find_job, str(JOB_ID), sight)
    letter = await gateway.database.read(find_letter, "table-0-0", sight)
    assert (found is not None, letter is not None) == (is_seen, is_seen)


async def test_what_no_record_says_is_nobody_s_until_one_does(gateway: Gateway) -> None:
    await gateway.project(started(TABLE), dead_letter(TABLE))
    assert await seen_by(gateway, ALL_TENANTS) == (None, None)
    assert await seen_by(gateway, DEFAULT_TENANT) == ()
    await gateway.project(request(of=job(tenant="acme")))
    assert await seen_by(gateway, "acme") == ("acme", "acme")
    assert await seen_by(gateway, DEFAULT_TENANT) == ()


async def test_who_has_posted_a_job_sees_it_whatever_record_comes_first(gateway: Gateway) -> None:
    wanted = make_order(REQUEST, "key", NOW, "acme").wanted
    await gateway.database.write(reserve, wanted)
    await gateway.database.write(set_state, wanted.job_id, ReservationState.PUBLISHED)
    known = Job.from_json(json.dumps(json.loads(wanted.value)["job"]))
    await gateway.project(started(TABLE, of=known))
    found = await gateway.database.read(find_job, wanted.job_id, "acme")
    assert found is not None
    assert found.tenant == "acme"


async def test_a_list_shows_a_tenant_s_jobs(gateway: Gateway) -> None:
    await gateway.project(request(of=job(tenant="acme")))
    all_of_them = (await gateway.client.get("/v1/jobs")).json()["jobs"]
    acme, others = [
        (await gateway.client.get(f"/v1/jobs?tenant={tenant}")).json()["jobs"]
        for tenant in ("acme", "default")
    ]
    assert acme == all_of_them
    assert [found["tenant"] for found in acme] == ["acme"]
    assert others == []


async def seen_by(gateway: Gateway, sight: Sight) -> tuple[str | None, ...]:
    """Whose the job and its letter are, of those that are seen."""
    found = await gateway.database.read(find_job, str(JOB_ID), sight)
    letter = await gateway.database.read(find_letter, "table-0-0", sight)
    return tuple(row.tenant for row in (found, letter) if row is not None)
