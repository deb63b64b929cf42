"""What a later release has written waits for our upgrade, and loses nothing by it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic_core import from_json, to_json
from sqlalchemy import Connection, text

from schemas.kafka.control import CONTROL_SCHEMA
from schemas.kafka.headers import Headers, encode_headers
from schemas.stage import StageName
from services.gateway.database.database import Database
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.job.store import find_job
from services.gateway.projection import batch
from services.gateway.projection.projector import Projector
from services.gateway.projection.unread_store import count_unread
from services.gateway.status.state import describe
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import FakeReader, Gateway, read_metric
from tests.unit.gateway.example import JOB_ID, ROLES, TOPICS, consumed, started, whole_job

Rewrite = Callable[[ConsumedRecord], ConsumedRecord]


def of_later_version(record: ConsumedRecord) -> ConsumedRecord:
    """A record as a later release writes it, by its header alone."""
    name = "job-event" if record.topic == TOPICS.events else "stage-record"
    headers = encode_headers(Headers(schema=f"{name}/9", redrive=0))
    return replace(record, headers=headers)


def with_later_word(record: ConsumedRecord) -> ConsumedRecord:
    document: Any = from_json(record.value or b"")
    if record.topic == TOPICS.events:
        document["kind"] = "suspended"
    else:
        document["job"]["stages"] = [*document["job"]["stages"], "review"]
    return replace(record, value=to_json(document))


async def count(database: Database) -> int:
    return await database.read(count_unread)


async def start(database: Database, records: list[ConsumedRecord]) -> Projector:
    projector = Projector(FakeReader(records), database, ROLES, ChangeNotifier())
    await projector.prepare("cluster")
    await projector.read_again()
    await projector.step()
    return projector


async def upgrade(database: Database, records: list[ConsumedRecord]) -> None:
    """Let the kept bytes be such as this release reads: what another code would make of them."""

    def rewrite(connection: Connection) -> None:
        for record in records:
            connection.execute(
                text(
                    "UPDATE unread_records SET headers = '{}', value = :value"
                    ' WHERE topic = :topic AND "offset" = :offset'
                ),
                {"value": record.value, "topic": record.topic, "offset": record.offset},
            )

    await database.write(rewrite)


@pytest.mark.parametrize("later", [of_later_version, with_later_word])
async def test_a_job_of_a_later_release_is_completed_after_the_upgrade(
    gateway: Gateway, later: Rewrite
) -> None:
    records = whole_job()
    log = [later(record) for record in records]
    await gateway.project(*log)
    assert await gateway.database.read(find_job, str(JOB_ID), ALL_TENANTS) is None
    assert await count(gateway.database) == len(records)

    await start(gateway.database, log)
    assert await count(gateway.database) == len(records)

    await upgrade(gateway.database, records)
    await start(gateway.database, log)
    job = await gateway.database.read(find_job, str(JOB_ID), ALL_TENANTS)
    assert job is not None
    assert describe(job.known.fold).state == "completed"
    assert await count(gateway.database) == 0


async def test_reading_it_again_moves_no_offset(gateway: Gateway) -> None:
    records = whole_job()
    await gateway.project(*map(of_later_version, records))
    await upgrade(gateway.database, records)
    again = await start(gateway.database, records)
    assert again.is_caught_up
    assert await again.measure_lag() == 0


async def test_no_more_are_kept_than_there_is_room_for(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that nobody upgrades must not fill its disk; the topics hold the rest."""
    monkeypatch.setattr(batch, "MAX_UNREAD", 2)
    records, skipped = whole_job(), 'brainshare_projector_skipped_total{reason="no room"}'
    before = read_metric(skipped)
    await gateway.project(*map(of_later_version, records))
    assert await count(gateway.database) == 2
    assert read_metric(skipped) == before + len(records) - 2


async def test_it_is_kept_once_however_often_it_is_read(gateway: Gateway) -> None:
    record = of_later_version(started(StageName.TABLE))
    await gateway.project(record)
    await start(gateway.database, [record])
    assert await count(gateway.database) == 1


async def test_what_asks_for_something_else_than_a_cancel_is_no_cancel(gateway: Gateway) -> None:
    later = Headers(schema=CONTROL_SCHEMA.replace("/1", "/2"))
    await gateway.project(consumed(TOPICS.control, b'{"pause": true}', headers=later))
    assert await gateway.database.read(find_job, str(JOB_ID), ALL_TENANTS) is None
    assert await count(gateway.database) == 1


async def test_a_kept_record_that_turns_out_to_be_nothing_is_let_go(gateway: Gateway) -> None:
    record = of_later_version(started(StageName.TABLE))
    await gateway.project(record)
    await upgrade(gateway.database, [replace(record, value=b"{}")])
    await start(gateway.database, [record])
    assert await count(gateway.database) == 0


async def test_tables_that_are_filled_again_keep_none_of_it(gateway: Gateway) -> None:
    await gateway.project(of_later_version(started(StageName.TABLE)))
    projector = Projector(FakeReader([]), gateway.database, ROLES, ChangeNotifier())
    await projector.prepare("another cluster")
    assert await count(gateway.database) == 0
