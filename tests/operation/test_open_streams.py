"""A gateway that is told to stop ends its live streams at once, however many there are."""

import asyncio
import time
from pathlib import Path

import httpx2
import pytest

from tests.live_gateway import LiveGateway
from tests.operation.measure import Measure

STREAMS = 100
END_S = 2.0
HEADERS = {"Accept": "text/event-stream"}


@pytest.mark.timeout(120)
def test_100_open_streams_end_within_2_s(tmp_path: Path, measures: list[Measure]) -> None:
    live = LiveGateway(tmp_path, "*")
    live.start()
    took_s = asyncio.run(open_and_stop(live))
    told = f"{STREAMS} streams of all jobs: ended and the server stopped after {took_s:.2f} s"
    measures.append(Measure("SIGTERM with open streams", f"within {END_S:g} s", told))
    assert took_s < END_S


async def open_and_stop(live: LiveGateway) -> float:
    """Follow all jobs by so many streams, stop, and say how long the last one took to end."""
    is_open = asyncio.Semaphore(0)
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=live.url, limits=limits, timeout=60) as client:

        async def follow() -> None:
            async with client.stream("GET", "/v1/events", headers=HEADERS) as answer:
                lines = answer.aiter_lines()
                await anext(lines)
                is_open.release()
                async for _ in lines:
                    pass

        following = [asyncio.create_task(follow()) for _ in range(STREAMS)]
        for _ in range(STREAMS):
            await is_open.acquire()
        begun_at = time.monotonic()
        await asyncio.to_thread(live.stop)
        await asyncio.gather(*following)
        return time.monotonic() - begun_at
