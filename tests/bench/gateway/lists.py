"""How long a page of the list takes, by filter: the first one, and those after it."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from statistics import median
from urllib.parse import quote

from services.gateway.compute.compute import open_compute
from services.gateway.database.database import open_database
from services.gateway.migration.upgrade import upgrade
from tests.bench.gateway.figure import Figure, percentile
from tests.bench.gateway.seed import CLUSTER, SPAN, seed
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import NOW

LOOKS = 40

HOUR = timedelta(hours=1)


def _moment(after: timedelta) -> str:
    return quote((NOW + after).isoformat())


FILTERS = {
    "none": "",
    "status=completed": "status=completed",
    "status=failed": "status=failed",
    "stage=column, stageState=failed": "stage=column&stageState=failed",
    "tableId": "tableId=tbl_17",
    "from, to (an hour)": f"from={_moment(SPAN / 2)}&to={_moment(SPAN / 2 + HOUR)}",
    "title, one word of all": "title=planets",
    "title, a rare and a common word": "title=planets%20word17",
    "status, a common word": "status=failed&title=planets",
    "tag": "tag=tag17",
    "hasDeadLetters=true": "hasDeadLetters=true",
    "hasDeadLetters=false": "hasDeadLetters=false",
    "engine=demo": "engine=demo",
    "tenant=acme": "tenant=acme",
    "tenant, status, tag": "tenant=acme&status=completed&tag=tag20",
    "shadow=true, of which there are none": "shadow=true",
    "nothing fits": "tag=tag17&tableId=tbl_18",
}


async def measure_lists(url: str, store: str, jobs: int) -> AsyncIterator[Figure]:
    """The p95 of each filter, and the median of all."""
    async with (
        open_database(url) as database,
        open_compute() as compute,
    ):
        await database.write(upgrade)
        await database.write(seed, jobs)
        async with serve_in_process(database, compute) as gateway:
            await gateway.projector.prepare(CLUSTER)
            every = list[float]()
            for name, query in FILTERS.items():
                took = [ms async for ms in _look(gateway, query)]
                every += took
                label = f"{store}: list of {jobs:,}, {name}, p95"
                yield Figure(label, percentile(took, 95), "ms", "<= 50 ms")
            yield Figure(f"{store}: list of {jobs:,}, all filters, p50", median(every), "ms")


async def _look(gateway: Gateway, query: str) -> AsyncIterator[float]:
    """Pages one after the other, from the first one on, and from there again."""
    path = f"/v1/jobs?{query}&limit=50" if query else "/v1/jobs?limit=50"
    cursor: str | None = None
    for _ in range(LOOKS):
        begun = time.perf_counter()
        answer = await gateway.client.get(f"{path}&cursor={cursor}" if cursor else path)
        yield (time.perf_counter() - begun) * 1000
        assert answer.status_code == 200, answer.text
        cursor = answer.json()["next"]
