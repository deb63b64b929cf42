"""A bulk action is begun once, goes through its jobs, is stopped, and tells what became of each."""

from typing import Any

import httpx2
import pytest

from schemas.api.batch import MAX_BULK_JOBS
from schemas.api.key import Role
from schemas.stage import StageName
from services.gateway.bulk import selection
from services.gateway.bulk.performer import Performer
from services.gateway.bulk.runner import BulkRunner
from services.kafka import PublishFailedError
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, read_metric
from tests.unit.gateway.example import NOW, job, job_id, letter_of, request, success

PATH = "/v1/bulk-actions"
FAILED, RUNNING, ENDED = (0, 1), (2, 3), (4,)


async def test_a_preview_counts_and_begins_nothing(gateway: Gateway) -> None:
    await hold_five(gateway)
    for action, total in (("retry", 2), ("cancel", 2), ("discard", 2)):
        asked = {"action": action, "filter": {}, "reason": "x", "preview": True}
        answer = await gateway.client.post(PATH, json=asked)
        assert (answer.status_code, answer.json()) == (200, {"action": action, "total": total})
    assert (await gateway.client.get(PATH)).json()["bulkActions"] == []


DONE = [
    ("retry", FAILED, "test.table.requests"),
    ("cancel", RUNNING, "test.job.control"),
]


@pytest.mark.parametrize(("action", "numbers", "topic"), DONE)
async def test_it_is_done_to_every_job_of_the_filter(
    gateway: Gateway, action: str, numbers: tuple[int, ...], topic: str
) -> None:
    await hold_five(gateway)
    begun = await begin(gateway, action=action, filter={})
    before = read_metric(f'brainshare_bulk_jobs_total{{action="{action}",outcome="done"}}')
    assert (begun["state"], begun["total"], begun["waiting"]) == ("running", 2, 2)
    await run(gateway)
    ended = (await gateway.client.get(begun["links"]["status"])).json()
    assert (ended["state"], ended["done"], ended["skipped"]) == ("completed", 2, 0)
    assert {topic for topic, *_ in gateway.publisher.published} == {topic}
    keys = {key.decode() for _, key, _, _ in gateway.publisher.published}
    assert keys == {str(job_id(number)) for number in numbers}
    after = read_metric(f'brainshare_bulk_jobs_total{{action="{action}",outcome="done"}}')
    assert after - before == 2


async def test_a_discard_puts_the_open_letters_aside_with_its_reason(gateway: Gateway) -> None:
    await hold_five(gateway)
    await begin(gateway, action="discard", filter={"title": "planets"}, reason="tests of ours")
    await run(gateway)
    page = (await gateway.client.get("/v1/dead-letters?state=discarded")).json()
    assert [one["discard"]["reason"] for one in page["deadLetters"]] == ["tests of ours"] * 2


async def test_jobs_by_id_are_done_or_skipped_each_with_why(gateway: Gateway) -> None:
    await hold_five(gateway)
    ids = [str(job_id(number)) for number in (0, 2, 4, 9)]
    begun = await begin(gateway, action="retry", jobIds=ids)
    await run(gateway)
    jobs = (await gateway.client.get(begun["links"]["jobs"])).json()["jobs"]
    assert [(one["jobId"], one["outcome"]) for one in jobs] == [
        (ids[0], "done"),
        (ids[1], "skipped"),
        (ids[2], "skipped"),
        (ids[3], "skipped"),
    ]
    assert [one["detail"] for one in jobs[1:]] == [
        "the job is pending: only a failed one is run again",
        "the job is completed: only a failed one is run again",
        "there is no such job",
    ]
    pages = [
        (await gateway.client.get(f"{begun['links']['jobs']}?{query}")).json()
        for query in ("outcome=skipped&limit=2", "outcome=skipped&limit=2&after=3")
    ]
    assert [len(page["jobs"]) for page in pages] == [2, 1]
    assert [page["next"] for page in pages] == [3, None]


async def test_one_key_begins_one(gateway: Gateway) -> None:
    await hold_five(gateway)
    first = await post(gateway, "k", action="retry", filter={})
    again = await post(gateway, "k", action="retry", filter={})
    other = await post(gateway, "k", action="cancel", filter={})
    assert (first.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert (other.status_code, other.json()["title"]) == (422, "Idempotency key reused")
    assert len((await gateway.client.get(PATH)).json()["bulkActions"]) == 1
    acts = (await gateway.client.get("/v1/acts")).json()["acts"]
    assert [act["deed"] for act in acts] == ["begin bulk action"]


async def test_a_stop_leaves_the_rest_as_it_is(gateway: Gateway) -> None:
    await hold_five(gateway)
    begun = await begin(gateway, action="retry", filter={})
    told = [(await gateway.client.post(begun["links"]["stop"])).json() for _ in range(2)]
    assert [(one["state"], one["waiting"]) for one in told] == [("stopped", 2), ("stopped", 2)]
    await run(gateway)
    assert not gateway.publisher.published
    acts = (await gateway.client.get("/v1/acts")).json()["acts"]
    assert {act["deed"] for act in acts} == {"stop bulk action", "begin bulk action"}
    assert len(acts) == 2


async def test_what_the_broker_did_not_take_is_gone_on_with(gateway: Gateway) -> None:
    await hold_five(gateway)
    begun = await begin(gateway, action="retry", filter={})
    gateway.publisher.refuses_after = 1
    with pytest.raises(PublishFailedError):
        await gateway.runner.step()
    halfway = (await gateway.client.get(begun["links"]["status"])).json()
    assert (halfway["done"], halfway["waiting"]) == (1, 1)
    gateway.publisher.refuses_after = None
    await run(gateway)
    assert len(gateway.publisher.published) == 2


async def test_a_gateway_that_starts_goes_on_with_what_one_that_died_had_begun(
    gateway: Gateway,
) -> None:
    await hold_five(gateway)
    begun = await begin(gateway, action="retry", filter={})
    gateway.publisher.refuses_after = 1
    with pytest.raises(PublishFailedError):
        await gateway.runner.step()
    gateway.publisher.refuses_after = None
    anew: Performer = gateway.runner._performer
    started = BulkRunner(gateway.database, anew, lambda: NOW, lambda: True)
    while await started.step():
        pass
    ended = (await gateway.client.get(begun["links"]["status"])).json()
    keys = {key for _, key, _, _ in gateway.publisher.published}
    assert (ended["done"], ended["waiting"], len(keys)) == (2, 0, 2)


async def test_what_was_done_and_not_noted_is_not_done_twice(gateway: Gateway) -> None:
    """A crash between a job and its note lets the job's turn come again."""
    await hold_five(gateway)
    await gateway.client.post(f"/v1/jobs/{job_id(0)}/retry")
    begun = await begin(gateway, action="retry", filter={})
    await run(gateway)
    ended = (await gateway.client.get(begun["links"]["status"])).json()
    keys = [key for _, key, _, _ in gateway.publisher.published]
    assert (ended["done"], len(keys), len(set(keys))) == (2, 2, 2)


async def test_a_gateway_off_duty_leaves_it_to_the_other(gateway: Gateway) -> None:
    await hold_five(gateway)
    await begin(gateway, action="retry", filter={})
    nobody: Performer = gateway.runner._performer
    off_duty = BulkRunner(gateway.database, nobody, lambda: NOW, lambda: False)
    assert not await off_duty.step()


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"filter": {}}, "action"),
    ({"action": "delete", "filter": {}}, "action"),
    ({"action": "retry"}, "jobIds"),
    ({"action": "retry", "filter": {}, "jobIds": [str(job_id(0))]}, "jobIds"),
    ({"action": "retry", "jobIds": []}, "jobIds"),
    ({"action": "retry", "jobIds": ["x"]}, "jobIds/0"),
    ({"action": "discard", "filter": {}}, "reason"),
    ({"action": "retry", "filter": {"stauts": "failed"}}, "filter/stauts"),
    ({"action": "retry", "filter": {"status": "done"}}, "filter/status"),
    ({"action": "retry", "filter": {"from": 0}}, "filter/from"),
    ({"action": "retry", "filter": {}, "reason": "x" * 501}, "reason"),
    ({"action": "retry", "filter": {}, "rate": 1}, "rate"),
]


@pytest.mark.parametrize(("asked", "named"), REFUSED)
async def test_what_makes_no_sense_is_refused_by_its_name(
    gateway: Gateway, asked: dict[str, object], named: str
) -> None:
    answer = await gateway.client.post(PATH, json=asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{named}"


async def test_more_jobs_than_one_action_goes_through_are_refused(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hold_five(gateway)
    monkeypatch.setattr(selection, "MAX_BULK_JOBS", 1)
    answer = await post(gateway, None, action="retry", filter={})
    assert (answer.status_code, answer.json()["title"]) == (422, "Too many jobs")
    assert MAX_BULK_JOBS == 10_000


async def test_an_operator_s_is_about_its_tenant_and_an_admin_s_about_all(
    keyed_gateway: Gateway,
) -> None:
    for number, tenant in ((0, "acme"), (1, "rival")):
        await keyed_gateway.project(request(number, job(job_id(number), tenant=tenant)))
    totals = []
    for role, tenant in ((Role.OPERATE, "acme"), (Role.ADMIN, "default")):
        caller = await make_caller(keyed_gateway.database, role, tenant)
        asked = {"action": "cancel", "filter": {}}
        answer = await keyed_gateway.client.post(PATH, json=asked, headers=caller)
        totals.append((answer.json()["total"], answer.json()["tenant"]))
    assert totals == [(1, "acme"), (2, None)]


async def test_the_same_key_of_an_admin_and_of_an_operator_are_two(keyed_gateway: Gateway) -> None:
    """An admin's own tenant has keys of its own: who repeats one there hears nothing of others."""
    for number, tenant in ((0, "acme"), (1, "rival")):
        await keyed_gateway.project(request(number, job(job_id(number), tenant=tenant)))
    found = {}
    for role in (Role.ADMIN, Role.OPERATE):
        caller = await make_caller(keyed_gateway.database, role, "acme")
        headers, asked = caller | {"Idempotency-Key": "k"}, {"action": "cancel", "filter": {}}
        for _ in range(2):
            answer = await keyed_gateway.client.post(PATH, json=asked, headers=headers)
            found[answer.json()["id"]] = (answer.json()["total"], answer.json()["tenant"])
    assert list(found.values()) == [(2, None), (1, "acme")]


async def hold_five(gateway: Gateway) -> None:
    for number in (*FAILED, *RUNNING, *ENDED):
        stages = (StageName.TABLE,) if number in ENDED else tuple(StageName)
        of = job(job_id(number), stages)
        await gateway.project(request(number, of))
        if number in FAILED:
            await gateway.project(letter_of(number, number))
        if number in ENDED:
            await gateway.project(success(StageName.TABLE, number, of))


async def begin(gateway: Gateway, **asked: object) -> dict[str, Any]:
    answer = await post(gateway, None, **asked)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == answer.json()["links"]["status"]
    shown: dict[str, Any] = answer.json()
    return shown


async def post(gateway: Gateway, key: str | None, **asked: object) -> httpx2.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await gateway.client.post(PATH, json=asked, headers=headers)


async def run(gateway: Gateway) -> None:
    while await gateway.runner.step():
        pass
