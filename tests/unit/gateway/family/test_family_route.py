"""GET /v1/jobs/{id}/family: which jobs came from which, whoever of them is asked for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from schemas.job.replay import Replay
from schemas.stage import StageName
from services.gateway.family import store
from services.gateway.listing.table import JOB_MARKS
from services.kafka import ConsumedRecord
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, NOW, TOPICS, answered, consumed, job, job_id, request
from tests.unit.gateway.rerun.past import Asker

ROW = StageName.ROW


def child(number: int, source: UUID, tenant: str = "default", **mark: Any) -> ConsumedRecord:
    """The request of a rerun or replay of a job."""
    told = {"replay_id": job_id(99), "source_job_id": source, "is_shadow": False, **mark}
    later = {"stages": (ROW,), "accepted_at": NOW + timedelta(seconds=number)}
    made = job(job_id(number), tenant=tenant).model_copy(update={"replay": Replay(**told), **later})
    value = answered(StageName.COLUMN, made).to_json()
    return consumed(TOPICS.requests(ROW), value, number, made.key)


TREE = [
    child(1, JOB_ID),
    child(2, job_id(1)),
    child(3, JOB_ID, is_shadow=True),
    child(4, job_id(3)),
]
ORDER = [JOB_ID, *map(job_id, (1, 2, 3, 4))]


async def ask(gateway: Gateway, of: UUID, headers: Any = None) -> Any:
    return (await gateway.client.get(f"/v1/jobs/{of}/family", headers=headers)).json()


def ids(family: Any) -> list[UUID]:
    return [UUID(one["jobId"]) for one in family["jobs"]]


async def test_each_of_a_family_shows_the_same_tree(gateway: Gateway) -> None:
    await gateway.project(request(), *TREE)
    for of in ORDER:
        family = await ask(gateway, of)
        assert (family["jobId"], ids(family), family["isWhole"]) == (str(of), ORDER, True)
    sources = [one["sourceJobId"] for one in family["jobs"]]
    assert sources == [None, *map(str, (JOB_ID, job_id(1), JOB_ID, job_id(3)))]
    assert [one["isShadow"] for one in family["jobs"]] == [False, False, False, True, False]
    assert family["jobs"][1]["stages"] == ["row"]


async def test_a_job_without_any_is_alone(gateway: Gateway) -> None:
    await gateway.project(request())
    assert ids(await ask(gateway, JOB_ID)) == [JOB_ID]


async def test_one_that_was_only_just_accepted_is_in_it(gateway: Gateway) -> None:
    await gateway.project(request(), *TREE[:1])
    asker = Asker(gateway)
    gateway.publisher.follow = None
    await gateway.project(*ended(job_id(1)))
    made = UUID((await asker.ask("row", job_id(1))).json()["jobId"])
    assert ids(await ask(gateway, made)) == [JOB_ID, job_id(1), made]


def ended(of: UUID) -> list[ConsumedRecord]:
    """The dead letter of a job, so that it is run again from its request."""
    made = job(of).model_copy(update={"stages": (ROW,)})
    value = answered(StageName.COLUMN, made).to_json()
    return [consumed(TOPICS.dead_letters(ROW), value, 0, made.key)]


async def test_a_source_that_is_gone_is_named_and_not_listed(gateway: Gateway) -> None:
    await gateway.project(*TREE)
    family = await ask(gateway, job_id(2))
    assert ids(family) == [job_id(1), job_id(2)]
    assert family["jobs"][0]["sourceJobId"] == str(JOB_ID)


async def test_another_tenant_s_are_not_in_it(keyed_gateway: Gateway) -> None:
    """Whoever writes to Kafka may name any job as a source; it is shown to nobody else."""
    await keyed_gateway.project(
        request(of=job(tenant="acme")), child(1, JOB_ID, "acme"), child(2, JOB_ID, "rival")
    )
    headers = await make_caller(keyed_gateway.database, tenant="acme")
    assert ids(await ask(keyed_gateway, JOB_ID, headers)) == [JOB_ID, job_id(1)]
    rival = await make_caller(keyed_gateway.database, tenant="rival")
    assert ids(await ask(keyed_gateway, job_id(2), rival)) == [job_id(2)]


async def test_jobs_that_name_each_other_are_a_family_of_two(gateway: Gateway) -> None:
    await gateway.project(child(1, job_id(2)), child(2, job_id(1)))
    assert ids(await ask(gateway, job_id(1))) == [job_id(1), job_id(2)]


async def test_of_a_large_family_the_first_are_shown_and_who_was_asked_for(
    gateway: Gateway, monkeypatch: Any
) -> None:
    monkeypatch.setattr(store, "MAX_JOBS", 3)
    await gateway.project(request(), *(child(n, JOB_ID) for n in range(1, 6)))
    family = await ask(gateway, job_id(5))
    assert (ids(family), family["isWhole"]) == ([JOB_ID, *map(job_id, (1, 2, 5))], False)


async def test_tables_without_marks_show_its_line_at_least(gateway: Gateway) -> None:
    await gateway.project(request(), *TREE)
    await gateway.database.write(lambda c: c.execute(delete(JOB_MARKS)))
    assert ids(await ask(gateway, job_id(2))) == [JOB_ID, job_id(1), job_id(2)]
