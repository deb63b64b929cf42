"""The projection: exactly what the topics say, however often it starts over."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from schemas.api.status import JobState
from schemas.stage import StageName
from services.gateway.database import patience
from services.gateway.database.database import Database, DatabaseUnavailableError
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.job.store import StoredJob, find_job, list_history
from services.gateway.listing.job_filter import JobFilter
from services.gateway.listing.store import list_jobs
from services.gateway.projection.history import OtherHistoryError
from services.gateway.projection.projector import Projector
from services.gateway.status.state import describe
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import ConsumedRecord, Position
from tests.unit.gateway.conftest import FakeReader, Gateway, read_metric
from tests.unit.gateway.example import (
    JOB_ID,
    NOW_MS,
    ROLES,
    TOPICS,
    consumed,
    job,
    job_id,
    request,
    retry,
    started,
    success,
    whole_job,
)

KEY = str(JOB_ID)


class TrimmedReader(FakeReader):
    """Its logs begin at 5."""

    async def begin_offsets(self) -> dict[Position, int]:
        return dict.fromkeys(await super().begin_offsets(), 5)

    async def end_offsets(self) -> dict[Position, int]:
        return {at: max(5, end) for at, end in (await super().end_offsets()).items()}


class MarkedReader(FakeReader):
    """Its first log ends in an offset that no record has; a read that finds none passes it."""

    async def end_offsets(self) -> dict[Position, int]:
        ends = await super().end_offsets()
        return ends | {(request().topic, 0): ends[request().topic, 0] + 1}

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        records = await super().read(timeout_s, max_records)
        if not records:
            self.positions[request().topic, 0] += 1
        return records


async def restart(database: Database, records: list[ConsumedRecord], cluster: str) -> Projector:
    projector = Projector(FakeReader(records), database, ROLES, ChangeNotifier())
    await projector.prepare(cluster)
    await projector.step()
    return projector


async def read(database: Database) -> list[StoredJob]:
    return await database.read(list_jobs, JobFilter(ALL_TENANTS), None, 10)


async def test_a_restart_goes_on_where_the_tables_are(gateway: Gateway) -> None:
    records = whole_job()
    await gateway.project(*records[:4])
    again = await restart(gateway.database, records, "cluster")
    [job] = await read(gateway.database)
    assert again.projection_id == gateway.projector.projection_id
    assert (job.known.version, describe(job.known.fold).state) == (7, JobState.COMPLETED)
    assert again.is_caught_up


async def test_tables_are_caught_up_with_a_log_that_ends_in_a_gap(database: Database) -> None:
    """The marker of another client's transaction has an offset and is no record."""
    reader = MarkedReader([request()])
    projector = Projector(reader, database, ROLES, ChangeNotifier())
    await projector.prepare("cluster")
    assert (await projector.step(), projector.is_caught_up) == (1, False)
    assert (await projector.step(), projector.is_caught_up) == (0, True)
    assert await projector.measure_lag() == 0


async def test_another_cluster_begins_again(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    again = await restart(gateway.database, [request()], "another")
    assert again.projection_id != gateway.projector.projection_id
    assert [job.known.version for job in await read(gateway.database)] == [1]


async def test_topics_that_have_shrunk_begin_again(gateway: Gateway) -> None:
    await gateway.project(request(0), request(1))
    again = await restart(gateway.database, [request(0)], "cluster")
    assert again.projection_id != gateway.projector.projection_id


async def test_topics_that_have_shrunk_and_grown_past_the_position_begin_again(
    gateway: Gateway,
) -> None:
    """A topic was deleted and made again while the gateway was away."""
    await gateway.project(request(0), request(1))
    others = [
        replace(request(n, job(job_id(n))), timestamp_ms=NOW_MS + 60_000 + n) for n in range(3)
    ]
    again = await restart(gateway.database, others, "cluster")
    assert again.projection_id != gateway.projector.projection_id
    assert len(await read(gateway.database)) == 3


async def test_a_topic_that_begins_again_under_the_projection_ends_it(gateway: Gateway) -> None:
    await gateway.project(request(0), request(1))
    gateway.reader.positions[request(0).topic, 0] = 0
    gateway.reader.records = [replace(request(0), timestamp_ms=NOW_MS + 60_000)]
    with pytest.raises(OtherHistoryError, match=r"table.requests \[0\] has begun again"):
        await gateway.projector.step()
    again = await restart(gateway.database, gateway.reader.records, "cluster")
    assert [job.known.version for job in await read(gateway.database)] == [1]
    assert again.is_caught_up


async def test_a_topic_that_was_made_again_and_has_grown_past_the_position_ends_it(
    gateway: Gateway,
) -> None:
    await gateway.project(request(0), request(1))
    gateway.reader.others = {(request(0).topic, 0): 2}
    with pytest.raises(OtherHistoryError, match=r"table.requests \[0\] has begun again"):
        await gateway.projector.step()
    # A job that is not there yet is none that does not exist.
    assert not gateway.projector.is_caught_up


async def test_what_retention_took_before_it_was_folded_is_counted(gateway: Gateway) -> None:
    await gateway.project(request(0))
    gone = "brainshare_kafka_records_gone_total"
    before = read_metric(gone)
    reader = TrimmedReader([request(5)])
    await Projector(reader, gateway.database, ROLES, ChangeNotifier()).prepare("cluster")
    assert read_metric(gone) == before + 4


async def test_a_rebuild_gives_the_same_jobs(gateway: Gateway) -> None:
    for record in whole_job():
        await gateway.project(record)
    before = await read(gateway.database)
    await restart(gateway.database, whole_job(), "another")
    assert await read(gateway.database) == before


async def test_two_projectors_with_topics_of_their_own_fill_one_set_of_tables(
    gateway: Gateway,
) -> None:
    await gateway.project(*whole_job())
    alone = await read(gateway.database)
    await gateway.projector.prepare("another")
    halves = (sorted(ROLES)[::2], sorted(ROLES)[1::2])
    for topics in (*halves, *halves):
        reader = FakeReader(whole_job(), topics=topics)
        projector = Projector(reader, gateway.database, ROLES, ChangeNotifier())
        await projector.prepare("another")
        await projector.step()
    assert await read(gateway.database) == alone


async def test_garbage_is_passed_over(gateway: Gateway) -> None:
    topic = TOPICS.requests(StageName.TABLE)
    garbage = [consumed(topic, b"\xff", 0), consumed(topic, b"{}", 1, key=None)]
    await gateway.project(*garbage, request(2))
    await gateway.project(started(StageName.TABLE))
    job = await gateway.database.read(find_job, KEY, ALL_TENANTS)
    assert job is not None
    assert job.known.version == 2
    assert await gateway.projector.measure_lag() == 0


async def test_garbage_alone_moves_the_offsets_on(gateway: Gateway) -> None:
    await gateway.project(consumed(TOPICS.events, b"\xff", 0))
    again = await restart(gateway.database, [consumed(TOPICS.events, b"\xff", 0)], "cluster")
    assert again.is_caught_up


async def test_a_record_that_is_read_twice_is_one_fact(gateway: Gateway) -> None:
    await gateway.project(request())
    await gateway.reader.seek({(TOPICS.requests(StageName.TABLE), 0): 0})
    await gateway.projector.step()
    assert len(await gateway.database.read(list_history, KEY, 0, 10)) == 1


async def test_a_change_wakes_the_streams_of_its_job(gateway: Gateway) -> None:
    with gateway.notifier.watch(KEY) as watch:
        await gateway.project(request())
        assert await watch.wait()


def odd(record: ConsumedRecord, **changes: object) -> ConsumedRecord:
    """A record as another team's tool may write it."""
    return replace(record, **changes)  # type: ignore[arg-type]


def without_zone(name: str) -> bytes:
    body = json.loads(request().value or b"")
    body["job"][name] = "2026-01-02T03:04:05"
    return json.dumps(body).encode()


def event_with(name: str, value: object) -> bytes:
    return json.dumps(json.loads(started(StageName.TABLE).value or b"") | {name: value}).encode()


HUGE = b"1" + b"0" * 20
ODD_RECORDS = {
    "accepted without a zone": odd(request(1), value=without_zone("acceptedAt")),
    "a deadline without a zone": odd(request(1), value=without_zone("deadlineAt")),
    "an attempt that no column holds": odd(request(1), headers=[("attempt", HUGE)]),
    "a negative redrive": odd(request(1), headers=[("redrive", b"-1")]),
    "parked beyond counting": odd(retry(StageName.TABLE, offset=1), headers=[("parked", HUGE)]),
    "due after all time": odd(
        retry(StageName.TABLE, offset=1), headers=[("attempt", b"2"), ("not-before-ms", b"9" * 17)]
    ),
    "an event of such an attempt": odd(
        started(StageName.TABLE, 1), value=event_with("attempt", 10**20)
    ),
    "an event of no zone": odd(started(StageName.TABLE, 1), value=event_with("at", "2026-01-02")),
}


@pytest.mark.parametrize("record", ODD_RECORDS.values(), ids=ODD_RECORDS)
async def test_an_odd_record_ends_neither_the_projection_nor_a_page(
    gateway: Gateway, record: ConsumedRecord
) -> None:
    await gateway.project(request(0))
    await gateway.project(record)
    await gateway.project(success(StageName.TABLE, 5))
    [shown] = (await gateway.client.get("/v1/jobs")).json()["jobs"]
    assert shown["stages"][0]["state"] == "completed"
    assert (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).status_code == 200


class OddDatabase:
    """Cannot fold what holds a certain offset, however it is asked; away for the first writes."""

    def __init__(self, database: Database, unfoldable: int, is_away: int = 0) -> None:
        self._database = database
        self._unfoldable = unfoldable
        self.is_away = is_away
        self.read = database.read

    async def write(self, work: Callable[..., Any], *arguments: Any) -> Any:
        if self.is_away:
            self.is_away -= 1
            raise DatabaseUnavailableError("locked")
        if work.__name__ == "_apply" and any(r.offset == self._unfoldable for r in arguments[0]):
            raise TypeError("planted")
        return await self._database.write(work, *arguments)


async def fold_with(database: Database, odd_database: OddDatabase) -> list[StoredJob]:
    records = [request(number, job(job_id(number))) for number in range(9)]
    projector = Projector(FakeReader(records), odd_database, ROLES, ChangeNotifier())  # type: ignore[arg-type]
    await projector.prepare("cluster")
    assert await projector.step() == 9
    assert projector.is_caught_up
    return await read(database)


async def test_a_record_that_cannot_be_folded_is_set_aside_alone(database: Database) -> None:
    jobs = await fold_with(database, OddDatabase(database, unfoldable=4))
    assert {found.job_id for found in jobs} == {str(job_id(n)) for n in range(9) if n != 4}


async def test_a_database_that_is_away_is_waited_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "RETRY_S", 0.01)
    locked = OddDatabase(database, unfoldable=-1, is_away=3)
    projector = Projector(FakeReader([request()]), locked, ROLES, ChangeNotifier())  # type: ignore[arg-type]
    await projector.prepare("cluster")
    locked.is_away = 3
    await projector.step()
    assert [found.job_id for found in await read(database)] == [KEY]
