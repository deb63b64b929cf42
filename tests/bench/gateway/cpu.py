"""What a job costs the gateway: posted, and folded from its first record to its last."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import psutil

from services.cli.capacity.measured import GATEWAY_JOB_CPU_S
from tests.bench.gateway.figure import Figure
from tests.fact_source import FactSource
from tests.unit.gateway.example import BODY

UNDER_WAY = 32
"""Jobs at a time."""

TAG = "cpu"
LOOK_S = 0.5
END_S = 300.0


async def measure_cpu(url: str, pid: int, source: FactSource, jobs: int) -> AsyncIterator[Figure]:
    """Post jobs, tell what stages would, and wait until all are completed in the tables."""
    numbers = iter(range(jobs))
    async with aiohttp.ClientSession(url) as http:

        async def run() -> None:
            for _ in numbers:
                await source.play(await _post(http))

        before_s = _read_cpu_s(pid)
        await asyncio.gather(*(run() for _ in range(UNDER_WAY)))
        async with asyncio.timeout(END_S):
            while await _has_open(http):  # noqa: ASYNC110 - tables tell no event
                await asyncio.sleep(LOOK_S)  # noqa: TID251 - each look costs, too
        spent_s = _read_cpu_s(pid) - before_s
    asked = f"<= {GATEWAY_JOB_CPU_S * 1000:g} ms"
    yield Figure(f"CPU of the gateway a job, of {jobs:,}", spent_s * 1000 / jobs, "ms", asked)


async def _post(http: aiohttp.ClientSession) -> str:
    async with http.post("/v1/jobs", json=BODY | {"tags": [TAG]}) as answer:
        assert answer.status == 202, await answer.text()
        return str((await answer.json())["jobId"])


async def _has_open(http: aiohttp.ClientSession) -> bool:
    for status in ("pending", "running"):
        asked = {"tag": TAG, "status": status, "limit": "1"}
        async with http.get("/v1/jobs", params=asked) as answer:
            assert answer.status == 200, await answer.text()
            if (await answer.json())["jobs"]:
                return True
    return False


def _read_cpu_s(pid: int) -> float:
    """CPU seconds of the gateway with the process that computes beside it."""
    gateway = psutil.Process(pid)
    times = [process.cpu_times() for process in (gateway, *gateway.children(recursive=True))]
    return sum(one.user + one.system for one in times)
