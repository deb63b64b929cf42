"""Places are committed in their order, whoever writes: no reader passes one that is to come."""

import asyncio
from itertools import count

from services.gateway.database.database import Database, open_database
from services.gateway.feed.store import read_page
from services.gateway.projection.store import apply_facts, begin_projection
from tests.unit.gateway.example import fact, job, job_id, request

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
