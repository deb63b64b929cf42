"""A job is followed without a gap or a repeat, whatever happens to the connection."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from brainshare_client import (
    AsyncBrainshare,
    Brainshare,
    HistoryItem,
    JobChange,
    JobEvent,
    JobStatus,
)
from brainshare_client.transport import connection
from services.kafka import ConsumedRecord
from tests.live_gateway import LiveGateway
from tests.python_client.proxy import Treat, cut_after, hold, proxied, refuse
from tests.stack import wait_until

pytestmark = pytest.mark.timeout(120)

BOUND_S = 30.0


def watch(url: str, job_id: str) -> Iterator[JobEvent]:
    with Brainshare(url) as client:
        yield from client.jobs.watch(job_id)


async def watch_later(url: str, job_id: str) -> list[JobEvent]:
    async with AsyncBrainshare(url) as client:
        return [event async for event in client.jobs.watch(job_id)]


def post(gateway: LiveGateway) -> str:
    with Brainshare(gateway.url) as client:
        return str(client.jobs.create(table_id="t", context="Planets").job_id)


def assert_whole(told: list[JobEvent]) -> None:
    """Each fact once and in order, then the job as it ended."""
    sequences = [event.sequence for event in told if isinstance(event, HistoryItem)]
    assert sequences == list(range(1, len(sequences) + 1))
    assert len(sequences) == 7
    last = told[-1]
    assert isinstance(last, JobStatus)
    assert last.status.value == "completed"
    versions = [event.version for event in told if isinstance(event, JobStatus)]
    assert versions == sorted(set(versions))


TREATMENTS = [cut_after(0), cut_after(1), cut_after(3), hold, refuse]
NAMES = ["cut at once", "cut after one", "cut after three", "held back", "refused"]


@pytest.fixture
def ended(still: LiveGateway) -> str:
    """A job that has ended."""
    job_id = post(still)
    still.project(*still.records_of_last())
    return job_id


@pytest.mark.parametrize("treat", TREATMENTS, ids=NAMES)
def test_each_fact_is_told_once_whatever_is_between(
    treat: Treat, still: LiveGateway, ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SILENCE_S", 0.5)
    with proxied(still.port, treat) as proxy:
        assert_whole(list(watch(proxy.url, ended)))


@pytest.mark.parametrize("treat", TREATMENTS, ids=NAMES)
async def test_each_fact_is_told_once_to_who_awaits(
    treat: Treat, still: LiveGateway, ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SILENCE_S", 0.5)
    with proxied(still.port, treat) as proxy:
        assert_whole(await watch_later(proxy.url, ended))


def test_a_cut_stream_goes_on_after_the_last_fact(still: LiveGateway, ended: str) -> None:
    with proxied(still.port, cut_after(2)) as proxy:
        told = list(watch(proxy.url, ended))
    ids = ["", *(event.id for event in told if isinstance(event, HistoryItem))]
    assert proxy.last_ids[:3] == [ids[0], ids[2], ids[4]]


def test_a_restart_of_the_gateway_is_no_end(still: LiveGateway) -> None:
    job_id, told = post(still), list[JobEvent]()
    records = still.records_of_last()
    watching = threading.Thread(target=lambda: told.extend(watch(still.url, job_id)))
    watching.start()
    wait_until(lambda: still.watchers == 1, BOUND_S, "it is watched")
    still.project(*records[:3])
    still.stop()
    still.start()
    wait_until(lambda: still.watchers == 1, BOUND_S, "it is watched again")
    still.project(*records)
    watching.join(BOUND_S)
    assert_whole(told)


def test_several_jobs_come_by_one_connection_over_a_restart(still: LiveGateway) -> None:
    jobs, records, told = list[str](), list[list[ConsumedRecord]](), list[JobChange]()
    for _ in range(3):
        jobs.append(post(still))
        records.append(still.records_of_last())

    def follow() -> None:
        with Brainshare(still.url) as client:
            told.extend(client.jobs.watch_many(jobs))

    watching = threading.Thread(target=follow)
    watching.start()
    wait_until(lambda: still.watchers == 1, BOUND_S, "all are watched by one")
    still.project(*records[0], *records[1][:3])
    still.stop()
    still.start()
    wait_until(lambda: still.watchers == 1, BOUND_S, "they are watched again")
    still.project(*records[1][3:], *records[2])
    watching.join(BOUND_S)
    assert not watching.is_alive()
    for job_id in jobs:
        of_it = [change.job for change in told if change.job and change.job_id == job_id]
        assert of_it[-1].status.value == "completed"
        versions = [job.version for job in of_it]
        assert versions == sorted(set(versions)), "none twice, none that is older"


def test_another_process_goes_on_where_one_was(still: LiveGateway, ended: str) -> None:
    facts = [event for event in watch(still.url, ended) if isinstance(event, HistoryItem)]
    with Brainshare(still.url) as client:
        rest = list(client.jobs.watch(ended, after=facts[2].id))
        none = list(client.jobs.watch(ended, after=facts[-1].id))
    assert rest[:-1] == facts[3:]
    assert (rest[-1], len(none)) == (none[0], 1)


def test_whoever_stops_watching_leaves_no_stream(still: LiveGateway) -> None:
    job_id = post(still)
    with Brainshare(still.url) as client:
        for _ in client.jobs.watch(job_id):
            wait_until(lambda: still.watchers == 1, BOUND_S, "it is watched")
            break
        wait_until(lambda: still.watchers == 0, BOUND_S, "nobody watches")


async def test_whoever_stops_awaiting_leaves_no_stream(still: LiveGateway) -> None:
    job_id = post(still)
    async with AsyncBrainshare(still.url) as client, asyncio.timeout(BOUND_S):
        async for _ in client.jobs.watch(job_id):
            break
        while still.watchers:  # it is closed when the loop comes to it
            await client.jobs.get(job_id)


async def test_a_cancelled_task_leaves_no_stream(still: LiveGateway) -> None:
    job_id, has_begun = post(still), asyncio.Event()

    async def follow(client: AsyncBrainshare) -> None:
        async for _ in client.jobs.watch(job_id):
            has_begun.set()

    async with AsyncBrainshare(still.url) as client, asyncio.timeout(BOUND_S):
        following = asyncio.create_task(follow(client))
        await has_begun.wait()
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following
        while still.watchers:
            await client.jobs.get(job_id)


def test_all_jobs_are_followed_by_a_cursor_that_outlives_the_gateway(still: LiveGateway) -> None:
    first = post(still)
    with Brainshare(still.url) as client:
        pages = client.events.watch()
        beginning = next(pages)
        assert (beginning.is_reset, [str(job.job_id) for job in beginning.jobs]) == (True, [first])
        still.stop()
        still.start()
        second = post(still)
        still.project(*still.records_of_last())
        told = next(client.events.watch(after=beginning.next))
    assert {str(fact.job_id) for fact in told.events} == {second}
