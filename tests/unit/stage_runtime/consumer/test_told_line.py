"""What an agent's log says of a record: whose job it is, and nothing of another's."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from schemas.job.job import accept
from schemas.job.record import StageRecord
from schemas.kafka.headers import Headers
from services.failure.error import ProviderError, RefusedError
from services.kafka.value import ConsumedRecord
from services.stage_runtime.consumer.handler import Handler
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.processing.ledger import Ledger
from tests.factory import NOW, consumed, make_request
from tests.unit.gateway.example import job_id
from tests.unit.stage_runtime.consumer.test_handler import FakeBroker
from tests.unit.stage_runtime.processing.test_processor import GOOD, Run

SAID = {"job_id", "stage", "topic", "partition", "offset", "tenant", "attempt"}
ENDS = [(GOOD, "answer_published"), (RefusedError("no"), "dead_lettered")]
ENDS += [(ProviderError("down"), "retry_scheduled")]


def record_of(number: int) -> tuple[ConsumedRecord, str, str]:
    """The record of a job of a tenant of its own, with both names."""
    tenant, identity = f"tenant-{number}", job_id(number)
    job = accept(make_request(), identity, NOW, tenant)
    value = StageRecord(job=job).to_json()
    told = Headers(schema="stage-record/1", attempt=number + 1)
    return consumed(value, key=job.key, headers=told), str(identity), tenant


async def handle(
    says: str | Exception, *sources: ConsumedRecord, refusals: int = 0
) -> list[Mapping[str, Any]]:
    publish = FakeBroker(refusals).publish
    handler = Handler("table", Run(says).processor.process, publish, Ledger(), Park("table"))
    with capture_logs([merge_contextvars]) as lines:
        async with asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(handler.handle(source))
    return [*lines]


@pytest.mark.parametrize(("says", "action"), ENDS)
async def test_the_line_of_an_outcome_says_which_job_s_it_is(
    says: str | Exception, action: str
) -> None:
    source, identity, tenant = record_of(0)
    (line,) = [line for line in await handle(says, source) if line["event"] == action]
    assert line.keys() >= SAID
    assert (line["job_id"], line["tenant"]) == (identity, tenant)


async def test_a_line_on_the_way_says_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.stage_runtime.consumer.handler.PUBLISH_RETRY_S", 0.0)
    source, identity, tenant = record_of(0)
    lines = await handle(GOOD, source, refusals=1)
    (failed,) = [line for line in lines if line["event"] == "publish_failed"]
    assert (failed["job_id"], failed["tenant"]) == (identity, tenant)


async def test_jobs_side_by_side_are_not_taken_for_one_another() -> None:
    told = [record_of(number) for number in range(8)]
    lines = await handle(GOOD, *(source for source, _, _ in told))
    found = {(line["job_id"], line["tenant"]) for line in lines if "job_id" in line}
    assert found == {(identity, tenant) for _, identity, tenant in told}
