"""How long a POST takes at a steady rate, where gateway and broker have nothing else to do."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp

from tests.bench.gateway.figure import Figure, percentile
from tests.crash.drill import PLANETS

HEADERS = {"Content-Type": "application/json"}
WARM_UP = 100


async def measure_posts(url: str, rate: float, seconds: float) -> AsyncIterator[Figure]:
    """Post at a rate, whether or not the answers keep up."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(url, connector=connector) as http:
        for _ in range(WARM_UP):
            await _post(http)
        took_ms = await _post_steadily(http, rate, seconds)
    name = f"POST at {rate:g}/s"
    yield Figure(f"{name}, p50", percentile(took_ms, 50), "ms")
    yield Figure(f"{name}, p99", percentile(took_ms, 99), "ms", "<= 30 ms")


async def _post_steadily(http: aiohttp.ClientSession, rate: float, seconds: float) -> list[float]:
    begun_at, posts = time.monotonic(), []
    for number in range(int(rate * seconds)):
        due_s = begun_at + number / rate - time.monotonic()
        if due_s > 0:
            await asyncio.sleep(due_s)  # noqa: TID251 - the rate is what is asked for
        posts.append(asyncio.create_task(_post(http)))
    return list(await asyncio.gather(*posts))


async def _post(http: aiohttp.ClientSession) -> float:
    begun = time.perf_counter()
    async with http.post("/v1/jobs", data=PLANETS, headers=HEADERS) as answer:
        assert answer.status == 202, await answer.text()
        await answer.read()
    return (time.perf_counter() - begun) * 1000
