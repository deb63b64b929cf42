"""The projection: exactly what the topics say, however often it starts over."""

from schemas.api.status import JobState
from schemas.stage import StageName
from services.gateway.database.database import Database
from services.gateway.job.store import StoredJob, find_job, list_history, list_jobs
from services.gateway.projection.projector import Projector
from services.gateway.status.state import describe
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import FakeReader, Gateway
from tests.unit.gateway.example import (
    JOB_ID,
    ROLES,
    TOPICS,
    consumed,
    request,
    started,
    whole_job,
)

KEY = str(JOB_ID)


async def restart(database: Database, records: list[ConsumedRecord], cluster: str) -> Projector:
    projector = Projector(FakeReader(records), database, ROLES, ChangeNotifier())
    await projector.prepare(cluster)
    await projector.step()
    return projector


async def read(database: Database) -> list[StoredJob]:
    return await database.read(list_jobs, None, None, 10)


async def test_a_restart_goes_on_where_the_tables_are(gateway: Gateway) -> None:
    records = whole_job()
    await gateway.project(*records[:4])
    again = await restart(gateway.database, records, "cluster")
    [job] = await read(gateway.database)
    assert again.projection_id == gateway.projector.projection_id
    assert (job.known.version, describe(job.known.fold).state) == (7, JobState.COMPLETED)
    assert again.is_caught_up


async def test_another_cluster_begins_again(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    again = await restart(gateway.database, [request()], "another")
    assert again.projection_id != gateway.projector.projection_id
    assert [job.known.version for job in await read(gateway.database)] == [1]


async def test_topics_that_have_shrunk_begin_again(gateway: Gateway) -> None:
    await gateway.project(request(0), request(1))
    again = await restart(gateway.database, [request(0)], "cluster")
    assert again.projection_id != gateway.projector.projection_id


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
    job = await gateway.database.read(find_job, KEY)
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
    assert len(await gateway.database.read(list_history, KEY)) == 1


async def test_a_change_wakes_the_streams_of_its_job(gateway: Gateway) -> None:
    with gateway.notifier.watch(KEY) as watch:
        await gateway.project(request())
        assert await watch.wait()
