"""POST of a promotion: the result of a replay is its job's, and what was stays readable."""

from typing import Any

import pytest

from schemas.api.key import Role
from schemas.kafka.control import Promotion
from schemas.kafka.headers import KafkaHeaders
from schemas.stage import StageName
from services.gateway.act.store import list_acts
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.job.table import RESULTS
from services.gateway.projection.store import begin_projection
from services.gateway.removal.pruner import Pruner
from services.kafka import ConsumedRecord
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, read_metric
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    TOPICS,
    dead_letter,
    job_id,
    request,
    whole_job,
)
from tests.unit.gateway.promotion.past import EARLIER, Desk, open_desk, replay

PATH = f"/v1/jobs/{JOB_ID}/promotion"


async def test_the_result_is_the_replay_s_once_and_the_old_one_stays_readable(
    gateway: Gateway,
) -> None:
    desk = await open_desk(gateway, 1)
    before, csv = await desk.read(), await desk.read("result.csv")
    answer = await desk.promote(1)
    told, result = answer.json(), (await desk.read()).json()
    assert (answer.status_code, told["resultVersion"], told["status"]) == (202, 2, "completed")
    assert told["result"] == result
    assert (result["jobId"], result["rows"][0]["cells"]) == (str(JOB_ID), {"s1": "1"})
    assert {k: result[k] for k in ("tableId", "status")} == {
        k: before.json()[k] for k in ("tableId", "status")
    }
    assert [(v["version"], v["jobId"], v["isCurrent"]) for v in told["resultVersions"]] == [
        (1, str(JOB_ID), False),
        (2, str(job_id(1)), True),
    ]
    assert (await desk.read(version=1)).content == before.content
    assert (await desk.read("result.csv", version=1)).content == csv.content
    assert (await desk.read(version=2)).json() == result
    assert '"1"' in (await desk.read("result.csv")).text


async def test_twice_is_once(gateway: Gateway) -> None:
    desk = await open_desk(gateway, 1)
    first = await desk.promote(1)
    assert (await desk.promote(1)).content == first.content
    assert len(gateway.publisher.published) == 1


async def test_each_change_has_another_tag_and_each_version_one_of_its_own(
    gateway: Gateway,
) -> None:
    desk = await open_desk(gateway, 1)
    tags = [(await desk.read()).headers["ETag"]]
    await desk.promote(1)
    tags += [(await desk.read()).headers["ETag"]]
    tags += [(await desk.read(version=n)).headers["ETag"] for n in (1, 2)]
    await desk.ask("original")
    tags += [(await desk.read()).headers["ETag"]]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("wanted", ["original", None])
async def test_rolled_back_it_is_byte_for_byte_as_before(
    gateway: Gateway, wanted: str | None
) -> None:
    desk = await open_desk(gateway, 1)
    files = ("result", "result.csv")
    before = [(await desk.read(file)).content for file in files]
    await desk.promote(1)
    assert [(await desk.read(file)).content for file in files] != before
    told = (await desk.ask(wanted)).json()
    assert told["resultVersion"] == 1
    assert [(await desk.read(file)).content for file in files] == before
    assert (await desk.read(version=2)).json()["rows"][0]["cells"] == {"s1": "1"}


async def test_it_is_a_fact_with_the_job_s_next_sequence(gateway: Gateway) -> None:
    desk = await open_desk(gateway, 1)
    last = (await desk.status())["version"]
    await desk.promote(1)
    history = (await gateway.client.get(f"/v1/jobs/{JOB_ID}/events")).json()["events"]
    fact = history[-1]
    assert (fact["kind"], fact["sequence"], fact["stage"]) == ("result changed", last + 1, "row")
    assert (fact["topic"], fact["message"]) == (TOPICS.control, "version 2 of 2")
    feed = (await gateway.client.get("/v1/events", params={"after": "0"})).json()["events"]
    assert feed[-1] == fact


async def test_tables_that_are_filled_anew_have_the_same_result(gateway: Gateway) -> None:
    desk = await open_desk(gateway, 1, 2)
    for wanted in (job_id(1), "original", job_id(2)):
        await desk.ask(wanted)
    before, status = (await desk.read()).content, await desk.status()
    kept = desk.control[-1:]  # compaction leaves the last one
    records = [*whole_job(), *replay(1), *replay(2)]
    for order in ([*kept, *records], [*records, *kept]):
        assert (await filled_anew(gateway, order, desk)).content == before
        now = await desk.status()
        told = ("resultVersion", "resultVersions", "status")
        assert {k: now[k] for k in told} == {k: status[k] for k in told}


async def test_a_result_whose_record_is_read_later_is_shown_then(gateway: Gateway) -> None:
    """Topics have no order between them; what is not there yet is not kept as nothing."""
    desk = await open_desk(gateway, 1)
    await desk.promote(1)
    answer = await filled_anew(gateway, [*desk.control, *whole_job()], desk)
    assert (answer.status_code, answer.json()["title"]) == (409, "Result not read")
    await gateway.project(*replay(1))
    assert (await desk.read()).json()["rows"][0]["cells"] == {"s1": "1"}
    assert (await desk.status())["result"] is not None


async def test_a_result_that_is_not_read_is_not_known_while_tables_are_filled(
    gateway: Gateway,
) -> None:
    desk = await open_desk(gateway, 1)
    await desk.promote(1)
    await filled_anew(gateway, [*desk.control, *whole_job()], desk)
    gateway.projector._progress._goal = {("any", 0): 1}
    for file in ("result", "result.csv"):
        answer = await desk.read(file)
        assert (answer.status_code, answer.json()["title"]) == (503, "Catching up")


async def filled_anew(gateway: Gateway, records: list[ConsumedRecord], desk: Desk) -> Any:
    await gateway.database.write(begin_projection, "another")
    gateway.reader.records, gateway.reader.positions = [], {}
    await gateway.projector.prepare("another")
    await gateway.project(*records)
    return await desk.read()


async def test_it_is_an_act_with_what_was_before_and_after(gateway: Gateway) -> None:
    desk = await open_desk(gateway, 1)
    await desk.promote(1)
    [act] = await gateway.database.read(list_acts, ALL_TENANTS, None, 9)
    assert (act.deed, act.on, act.reason) == ("promote result", str(JOB_ID), "better")
    assert act.before == {"resultVersion": 1}
    assert act.after == {"resultVersion": 2, "replay": str(job_id(1))}


async def test_what_came_of_it_is_counted(gateway: Gateway) -> None:
    desk = await open_desk(gateway, 1)
    outcomes = ("promoted", "unchanged", "rolled back", "refused")
    names = [f'brainshare_promotions_total{{outcome="{outcome}"}}' for outcome in outcomes]
    before = [read_metric(name) for name in names]
    for wanted in (job_id(1), job_id(1), "original", job_id(7)):
        await desk.ask(wanted)
    assert [read_metric(n) - was for n, was in zip(names, before, strict=True)] == [1, 1, 1, 1]


WRONG = [
    ({}, 422, "/replayJobId"),
    ({"replayJobId": "mine"}, 422, "/replayJobId"),
    ({"replayJobId": 5}, 422, "/replayJobId"),
    ({"replayJobId": str(JOB_ID)}, 422, "/replayJobId"),
    ({"replayJobId": str(job_id(7))}, 422, "/replayJobId"),
    ({"replayJobId": None, "reason": "x" * 501}, 422, "/reason"),
    ({"replayJobId": None, "also": 1}, 422, "/also"),
]


@pytest.mark.parametrize(("body", "status", "pointer"), WRONG)
async def test_what_is_wrong_with_the_body_is_named(
    gateway: Gateway, body: dict[str, object], status: int, pointer: str
) -> None:
    await open_desk(gateway)
    answer = await gateway.client.post(PATH, json=body)
    assert answer.status_code == status
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}
    assert not gateway.publisher.published


async def test_a_job_that_has_changed_is_not_promoted_and_the_answer_says_why(
    gateway: Gateway,
) -> None:
    desk = await open_desk(gateway, 1, 2)
    await gateway.project(*replay(3, EARLIER))
    ended = await desk.promote(3)
    await desk.promote(1)
    otherwise = await desk.promote(2)
    for answer, why in ((ended, "has been run again"), (otherwise, "version 2, has been promoted")):
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (
            409,
            "urn:brainshare:problem:job-has-changed",
        )
        assert why in problem["detail"]
    assert (await desk.status())["resultVersion"] == 2


async def test_a_failed_job_keeps_its_result(gateway: Gateway) -> None:
    await gateway.project(request(), dead_letter(StageName.TABLE), *replay(1))
    answer = await Desk(gateway).promote(1)
    assert (answer.status_code, answer.json()["title"]) == (409, "Job not completed")


@pytest.mark.parametrize("version", [0, 3, 2**40, "x"])
async def test_a_version_that_there_is_not_is_refused(gateway: Gateway, version: int | str) -> None:
    desk = await open_desk(gateway, 1)
    await desk.promote(1)
    for file in ("result", "result.csv"):
        answer = await desk.read(file, version=version)  # type: ignore[arg-type]
        assert (answer.status_code, "version" in answer.text) == (422, True)


async def test_a_broker_that_takes_nothing_leaves_the_result(gateway: Gateway) -> None:
    desk = await open_desk(gateway, 1)
    gateway.publisher.is_refusing = True
    answer = await desk.promote(1)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert (await desk.status())["resultVersion"] == 1


async def test_one_in_whose_place_another_arrives_is_told_to_try_again(gateway: Gateway) -> None:
    """An earlier one had no ack in time, so that the broker has taken it and not this one."""
    desk = await open_desk(gateway, 1, 2)

    async def follow(topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders) -> None:
        said = Promotion.from_json(value or b"")
        other = said.results[0].model_copy(update={"job_id": job_id(2)})
        earlier = said.model_copy(update={"results": (other,)})
        await desk.fold(topic, key, earlier.to_json(), headers)

    gateway.publisher.follow = follow
    assert (await desk.promote(1)).status_code == 503
    [act] = await gateway.database.read(list_acts, ALL_TENANTS, None, 9)
    assert act.after is None


async def test_only_an_operator_of_the_tenant_may(keyed_gateway: Gateway) -> None:
    desk = await open_desk(keyed_gateway, 1)
    for tenant, role, status in (
        ("default", Role.SUBMIT, 403),
        ("acme", Role.OPERATE, 404),
        ("default", Role.OPERATE, 202),
    ):
        headers = await make_caller(keyed_gateway.database, role, tenant)
        assert (await desk.ask(job_id(1), headers=headers)).status_code == status


async def test_deleted_its_promoted_results_go_with_it(gateway: Gateway) -> None:
    desk = await open_desk(gateway, 1, 2)
    await desk.promote(1)
    used = await gateway.client.delete(f"/v1/jobs/{job_id(1)}")
    assert (used.status_code, used.json()["title"]) == (409, "Job is a result")
    assert (await gateway.client.delete(f"/v1/jobs/{JOB_ID}")).status_code == 200
    for gone in (JOB_ID, job_id(1)):
        assert (await gateway.client.get(f"/v1/jobs/{gone}")).status_code == 410
    assert (await gateway.client.get(f"/v1/jobs/{job_id(2)}")).status_code == 200
    purged = {key for _, key, value, _ in gateway.publisher.published if value is None}
    keys = (str(JOB_ID), f"promote:{JOB_ID}", str(job_id(1)))
    assert purged == {key.encode() for key in keys}
    rows = await gateway.database.read(lambda c: c.execute(RESULTS.select()).all())
    assert {row.job_id for row in rows} == {str(job_id(2))}


async def test_it_is_not_pruned_before_its_source(gateway: Gateway) -> None:
    desk = await open_desk(gateway, 1)
    await desk.promote(1)
    pruner = Pruner(gateway.database, 1, lambda: NOW.replace(year=2027), lambda: True)
    await pruner.tick()
    assert (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).status_code == 410
    await pruner.tick()
    assert (await gateway.client.get(f"/v1/jobs/{job_id(1)}")).status_code == 410
