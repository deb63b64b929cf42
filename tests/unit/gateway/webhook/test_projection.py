"""What happens to a job is told once to each endpoint of its tenant that wants it, to no other."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from schemas.job.record import StageRecord
from schemas.job.replay import Replay
from schemas.kafka.control import CancelRequest
from schemas.kafka.event import EventKind
from schemas.kafka.headers import ErrorKind
from schemas.stage import STAGE_ORDER, StageName
from schemas.webhook import MAX_BODY_BYTES
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Database
from services.gateway.projection.store import begin_projection
from services.gateway.tenant.settings import TenantSettings
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway, read_metric, serve_in_process
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    TOPICS,
    answered,
    consumed,
    dead_letter,
    event,
    job,
    request,
    retry,
    started,
    success,
    whole_job,
)
from tests.unit.gateway.sending import Sending, open_sending

TABLE, COLUMN = StageName.TABLE, StageName.COLUMN
VALUE = StageRecord(job=job()).to_json()
CANCEL = consumed(TOPICS.control, CancelRequest(job_id=JOB_ID, asked_at=NOW).to_json())
PARKED = retry(TABLE, 1, offset=2, parked=1, error_kind=ErrorKind.PROVIDER)


async def told(sending: Sending) -> list[dict[str, Any]]:
    """The bodies that have arrived, in order."""
    await sending.sender.settle_down()
    return [json.loads(request.body) for request in sending.receiver.received]


async def test_a_completed_job_is_told_once_with_its_sequence_and_its_record(
    sending: Sending,
) -> None:
    await sending.add()
    await sending.gateway.project(*whole_job())
    [body] = await told(sending)
    status = (await sending.gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
    history = (await sending.gateway.client.get(f"/v1/jobs/{JOB_ID}/events")).json()
    last = next(e for e in history["events"] if (e["stage"], e["kind"]) == ("row", "succeeded"))
    assert body["type"] == "job.completed"
    assert body["data"] == {
        "jobId": str(JOB_ID),
        "tenant": "default",
        "tableId": "tbl_1",
        "tags": [],
        "status": "completed",
        "sequence": 6,
        "record": {"topic": "test.row.suggestions", "partition": 0, "offset": 2},
        "error": None,
        "stage": None,
        "waitingSince": None,
        "resultVersion": None,
        "links": {"status": f"/v1/jobs/{JOB_ID}", "events": f"/v1/jobs/{JOB_ID}/events"},
    }
    assert body["timestamp"] == status["completedAt"] == last["at"]
    assert str(body["data"]["sequence"]) == last["id"].partition("-")[2]


async def test_the_same_records_again_and_tables_filled_anew_tell_nothing_again(
    sending: Sending,
) -> None:
    await sending.add()
    gateway = sending.gateway
    await gateway.project(*whole_job())
    first = await told(sending)
    await gateway.database.write(begin_projection, "another")
    for records in ([*reversed(whole_job())], whole_job()):
        gateway.reader.records, gateway.reader.positions = [], {}
        await gateway.projector.prepare("another")
        await gateway.project(*records)
    assert await told(sending) == first
    assert len(first) == 1


ENDS: dict[str, list[ConsumedRecord]] = {
    "job.completed": whole_job(),
    "job.failed": [request(), dead_letter(TABLE, value=VALUE)],
    "job.cancelled": [request(), CANCEL, event(EventKind.CANCELLED, TABLE)],
}


@pytest.mark.parametrize("one_by_one", [False, True])
@pytest.mark.parametrize("name", ENDS)
async def test_each_end_is_told_by_its_name(sending: Sending, name: str, one_by_one: bool) -> None:
    await sending.add()
    for record in ENDS[name] if one_by_one else ():
        await sending.gateway.project(record)
    await sending.gateway.project(*([] if one_by_one else ENDS[name]))
    assert [body["type"] for body in await told(sending)] == [name]


async def test_a_failure_says_which_stage_and_why_in_words_for_programs_only(
    sending: Sending,
) -> None:
    await sending.add()
    await sending.gateway.project(
        request(), dead_letter(TABLE, value=VALUE, error_code="429", error_message="secret text")
    )
    [body] = await told(sending)
    assert body["data"]["error"] == {"stage": "table", "kind": "refused", "code": "429"}
    assert "secret text" not in sending.receiver.received[0].body


async def test_a_job_that_fails_again_after_a_redrive_and_then_completes_is_told_each_time(
    sending: Sending,
) -> None:
    """Also where all of it is in one batch."""
    await sending.add()
    await sending.gateway.project(
        request(),
        dead_letter(TABLE, 1, VALUE),
        request(2, redrive=1),
        dead_letter(TABLE, 3, VALUE, redrive=1),
        *(success(stage, 4 + n) for n, stage in enumerate(STAGE_ORDER)),
    )
    bodies = await told(sending)
    assert [body["type"] for body in bodies] == ["job.failed", "job.failed", "job.completed"]
    sequences = [body["data"]["sequence"] for body in bodies]
    assert sequences == sorted(set(sequences))


async def test_a_dead_letter_that_is_read_after_the_job_has_completed_is_not_told(
    sending: Sending,
) -> None:
    await sending.add()
    await sending.gateway.project(*whole_job())
    await sending.gateway.project(dead_letter(TABLE, 9, VALUE))
    assert [body["type"] for body in await told(sending)] == ["job.completed"]


async def test_an_endpoint_gets_what_it_wants_of_its_own_tenant(sending: Sending) -> None:
    theirs = await sending.add("", "rival")
    failures = await sending.add("", "default", "job.failed")
    both = await sending.add("", "default", "job.failed", "job.completed")
    await sending.gateway.project(*whole_job())
    await sending.sender.settle_down()
    found = [len(await sending.list(endpoint)) for endpoint in (theirs, failures, both)]
    assert found == [0, 0, 1]


async def test_what_has_happened_before_there_was_an_endpoint_is_not_told(
    sending: Sending,
) -> None:
    await sending.gateway.project(*whole_job())
    endpoint = await sending.add()
    await sending.gateway.database.write(begin_projection, "cluster")
    sending.gateway.reader.records, sending.gateway.reader.positions = [], {}
    await sending.gateway.projector.prepare("cluster")
    old = [
        ConsumedRecord(r.topic, 0, r.offset, r.timestamp_ms - 120_000, r.key, r.value, r.headers)
        for r in whole_job()
    ]
    await sending.gateway.project(*old)
    assert await sending.list(endpoint) == []


@pytest.mark.parametrize(("is_shadow", "count"), [(True, 0), (False, 1)])
async def test_a_replay_for_comparison_is_told_to_nobody(
    sending: Sending, is_shadow: bool, count: int
) -> None:
    endpoint = await sending.add()
    mark = Replay(replay_id=uuid4(), source_job_id=uuid4(), is_shadow=is_shadow)
    await sending.gateway.project(*whole_job(job().model_copy(update={"replay": mark})))
    assert len(await sending.list(endpoint)) == count


async def test_the_body_stays_thin_whatever_the_job_holds(sending: Sending) -> None:
    await sending.add()
    of = job().model_copy(
        update={"table_id": "t" * 128, "tags": tuple(f"{n:02}{'€' * 62}" for n in range(20))}
    )
    await sending.gateway.project(*whole_job(of))
    await sending.sender.settle_down()
    assert len(sending.receiver.received[0].body.encode()) < MAX_BODY_BYTES


async def test_a_fold_that_is_undone_has_told_nothing(sending: Sending) -> None:
    """The delivery is in the transaction of the rows that say it."""
    endpoint = await sending.add()
    gateway = sending.gateway
    tables = gateway.projector.tables

    class Undone(Exception):
        pass

    def fold_and_fail(connection: Any) -> None:
        tables._batch.apply(connection, whole_job(), {})
        raise Undone

    with pytest.raises(Undone):
        await gateway.database.write(fold_and_fail)
    assert await sending.list(endpoint) == []
    await gateway.project(*whole_job())
    assert len(await sending.list(endpoint)) == 1


async def test_a_job_is_told_to_wait_once_its_stage_has_been_parked_for_long(
    sending: Sending,
) -> None:
    await sending.add()
    await sending.gateway.project(request(), started(TABLE, 1), PARKED)
    await sending.wait(seconds=299)
    assert await told(sending) == []
    await sending.wait(seconds=2)
    await sending.gateway.project(retry(TABLE, 1, offset=3, parked=2))
    await sending.wait(hours=1)
    [body] = await told(sending)
    assert (body["type"], body["data"]["stage"]) == ("job.waiting", "table")
    assert body["data"]["status"] == "running"
    assert body["data"]["waitingSince"] == body["timestamp"]


async def test_what_is_to_be_told_later_is_not_behind(sending: Sending) -> None:
    await sending.add("", "default", "job.waiting")
    await sending.gateway.project(request(), PARKED)
    await sending.sender.tend()
    assert read_metric("brainshare_webhooks_pending") == 0
    sending.clock.move(hours=1)
    await sending.sender.tend()
    assert read_metric("brainshare_webhooks_pending") == 1


async def test_a_job_that_waits_no_more_is_not_told_to(sending: Sending) -> None:
    endpoint = await sending.add("", "default", "job.waiting")
    await sending.gateway.project(request(), PARKED)
    await sending.gateway.project(success(TABLE, 4))
    await sending.wait(hours=1)
    assert await told(sending) == []
    assert [d["state"] for d in await sending.list(endpoint)] == ["dropped"]


@pytest.fixture
async def bounded(database: Database, compute: Compute) -> AsyncIterator[Gateway]:
    """A gateway whose tenants may spend a dollar a day."""
    async with serve_in_process(database, compute, limits=TenantSettings(usd_per_day=1)) as served:
        await served.projector.prepare("cluster")
        yield served


def spent(stage: StageName, usd: float, offset: int) -> ConsumedRecord:
    record = answered(stage)
    cost = record.provenance[stage].model_copy(update={"cost_usd": usd})
    told_of = record.model_copy(update={"provenance": {**record.provenance, stage: cost}})
    return consumed(TOPICS.suggestions(stage), told_of.to_json(), offset)


async def test_money_is_told_at_80_and_at_100_per_cent_once_a_day(bounded: Gateway) -> None:
    async with open_sending(bounded) as sending:
        await sending.add("", "default", "budget.warning")
        await bounded.project(request(), spent(TABLE, 0.79, 0))
        assert await told(sending) == []
        await bounded.project(spent(COLUMN, 0.05, 0))
        await bounded.project(spent(StageName.ROW, 0.3, 0))
        await bounded.project(success(TABLE, 8))
        bodies = await told(sending)
    assert [body["data"]["share"] for body in bodies] == [0.8, 1.0]
    assert bodies[0]["data"]["limitUsd"] == 1.0
    assert bodies[1]["data"]["spentUsd"] == pytest.approx(1.14)
