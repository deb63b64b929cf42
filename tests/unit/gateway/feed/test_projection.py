"""Places are committed in their order, whoever writes: no reader passes one that is to come."""

import asyncio
from itertools import count

from services.gateway.database.database import Database, open_database
from services.gateway.feed.store import read_page
from services.gateway.projection.store import apply_facts, begin_projection
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, fact, job, job_id, request, whole_job

WRITERS = 4
BATCHES = 15


async def test_a_reader_misses_nothing_of_what_several_write_at_once(
    database: Database, database_url: str
) -> None:
    await database.write(begin_projection, "cluster")
    offsets, seen, is_over = count(), list[int](), asyncio.Event()

    async def write(writer: Database) -> None:
        for _ in range(BATCHES):
            numbers = [next(offsets) for _ in range(5)]
            facts = [fact(request(n, job(job_id(n)))) for n in numbers]
            await writer.write(apply_facts, facts, {})

    async def read() -> None:
        after = 0
        while True:
            is_last_look = is_over.is_set()
            page = await database.read(read_page, None, after, 1_000)
            assert page is not None
            seen.extend(item.place or 0 for item in page.facts)
            after = page.through
            if is_last_look:
                return

    async with open_database(database_url, 8) as other:
        reading = asyncio.create_task(read())
        await asyncio.gather(*(write(w) for w in (database, other) * (WRITERS // 2)))
        is_over.set()
        await reading
    assert seen == [*range(1, WRITERS * BATCHES * 5 + 1)]


async def test_a_record_that_is_read_twice_leaves_no_gap(gateway: Gateway) -> None:
    await gateway.project(*whole_job()[:4])
    gateway.reader.positions = dict.fromkeys(gateway.reader.positions, 0)
    await gateway.project(*whole_job()[4:])
    told = (await gateway.client.get("/v1/events?after=0")).json()
    status = (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
    assert [event["sequence"] for event in told["events"]] == [*range(1, 8)]
    assert status["version"] == 7
