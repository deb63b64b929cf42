"""What one gateway has in hand, no other does as well."""

import asyncio
from datetime import timedelta

import pytest

from schemas.job.record import StageRecord
from services.gateway.api.request_info import RequestInfo
from services.gateway.database.database import Database
from services.gateway.job.reservation_store import Reservation, fold_accepted, reserve
from services.gateway.lease.keeper import Keeper
from services.gateway.lease.lock import SharedLocks
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.submission.intake import Intake
from services.gateway.submission.order import read_order
from services.gateway.tenant.settings import TenantSettings
from services.lifecycle.failpoint import NO_FAILPOINTS
from tests.unit.gateway.conftest import FakePublisher
from tests.unit.gateway.example import NOW, TOPICS, job

BODY = b'{"tableId": "t", "context": {"title": "Planets"}}'
INFO = RequestInfo(request_id="r", traceparent="")
POSTS = 50


@pytest.fixture
async def intakes(database: Database, own: Database, keepers: list[Keeper]) -> list[Intake]:
    """Two gateways' intakes, which publish to one broker."""
    publisher = FakePublisher()
    for keeper in keepers:
        await keeper.refresh()
    told = (TOPICS, 1.0, lambda: NOW, NO_FAILPOINTS)
    writers = [
        RecordWriter(database, publisher, *told, SharedLocks(own, name)) for name in ("a", "b")
    ]
    return [Intake(writer, lambda: True, TenantSettings()) for writer in writers]


def published(intake: Intake) -> int:
    publisher = intake._writer.publisher
    assert isinstance(publisher, FakePublisher)
    return len(publisher.published)


async def test_one_key_through_two_gateways_is_published_once(intakes: list[Intake]) -> None:
    order = read_order(BODY, "key", NOW, "default")
    posts = [intake.accept(order, INFO) for intake in intakes * (POSTS // 2)]
    assert {found.job_id for found in await asyncio.gather(*posts)} == {order.wanted.job_id}
    assert published(intakes[0]) == 1


async def test_what_may_be_under_way_elsewhere_is_not_recovered(
    database: Database, intakes: list[Intake]
) -> None:
    record = StageRecord(job=job())
    begun = Reservation(
        str(record.job.job_id), "k", "f", NOW, record.to_json(), fold_accepted(record)
    )
    await database.write(reserve, begun)
    await intakes[0].recover(NOW)
    assert published(intakes[0]) == 0
    await intakes[0].recover(NOW + timedelta(seconds=1))
    assert published(intakes[0]) == 1
