"""Sends jobs to the gateway: one at a time, or so many under way at all times."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from schemas.api.status import JobPage, JobState, JobStatus
from schemas.stage import STAGE_ORDER
from services.kafka import KafkaSettings, open_log_reader

READ_S = 1.0
BATCH = 500
WAIT_S = 300.0
KEEP_ALIVE_S = 2.0
"""Shorter than uvicorn's 5 s: who posts must be the first to end an idle connection."""


@dataclass(frozen=True)
class Latencies:
    """From POST to completed, in milliseconds, sorted."""

    values_ms: list[float]

    def percentile(self, percent: float) -> float:
        """The value that `percent` of the jobs stay within."""
        position = min(len(self.values_ms) - 1, int(len(self.values_ms) * percent / 100))
        return round(self.values_ms[position], 1)


class Load:
    """A client of one gateway."""

    def __init__(self, http: aiohttp.ClientSession, kafka: KafkaSettings, body: bytes) -> None:
        self._http = http
        self._kafka = kafka
        self._body = body

    async def post(self) -> JobStatus:
        """Post the request once."""
        headers = {"Content-Type": "application/json"}
        async with self._http.post("/v1/jobs", data=self._body, headers=headers) as response:
            assert response.status == 202, await response.text()
            return JobStatus.from_json(await response.read())

    async def one_at_a_time(self, count: int) -> Latencies:
        """POST, follow the live stream to the end, again. Timed by this client's clock."""
        values = []
        for _ in range(count):
            begun = time.perf_counter()
            job = await self.post()
            await self._until_final(job.links.events)
            values.append((time.perf_counter() - begun) * 1000)
        return Latencies(sorted(values))

    async def many(self, count: int, under_way: int) -> tuple[float, Latencies]:
        """Keep `under_way` jobs running until `count` are done.

        The last stage's topic paces the load, so that watching costs the gateway nothing. The
        latencies are acceptedAt to completedAt, as the gateway shows them.

        Returns:
            Seconds from the first POST to when the gateway shows the last job as completed.
        """
        async with self._paced(under_way) as slots:
            begun = time.perf_counter()
            await asyncio.gather(*(self._post_in_turn(slots) for _ in range(count)))
            jobs = await self._all_completed(count)
            seconds = time.perf_counter() - begun
        return seconds, Latencies(sorted(jobs))

    async def steadily(self, per_s: float, ended: asyncio.Event) -> Latencies:
        """Post so many a second until it has ended. As the gateway shows them, when all are done.

        Shadows are in no list, so what runs beside is not counted in.
        """
        posts, begun = list[asyncio.Task[JobStatus]](), time.perf_counter()
        while not ended.is_set():
            posts.append(asyncio.create_task(self.post()))
            left_s = begun + len(posts) / per_s - time.perf_counter()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, left_s)):
                    await ended.wait()
        await asyncio.gather(*posts)
        return Latencies(sorted(await self._all_completed(len(posts))))

    async def _post_in_turn(self, slots: asyncio.Semaphore) -> None:
        await slots.acquire()
        await self.post()

    @asynccontextmanager
    async def _paced(self, under_way: int) -> AsyncIterator[asyncio.Semaphore]:
        slots = asyncio.Semaphore(under_way)
        last = self._kafka.topics.suggestions(STAGE_ORDER[-1])
        async with open_log_reader(self._kafka, [last]) as reader:
            await reader.seek(await reader.end_offsets())

            async def release() -> None:
                while True:
                    for _ in await reader.read(READ_S, BATCH):
                        slots.release()

            pace = asyncio.create_task(release())
            try:
                yield slots
            finally:
                pace.cancel()
                await asyncio.wait([pace])

    async def _all_completed(self, count: int) -> list[float]:
        """Page through the newest `count` jobs until none is open."""
        async with asyncio.timeout(WAIT_S):
            while True:
                latencies = await self._newest(count)
                if latencies is not None:
                    return latencies

    async def _newest(self, count: int) -> list[float] | None:
        latencies: list[float] = []
        params = {"limit": "200"}
        while len(latencies) < count:
            async with self._http.get("/v1/jobs", params=params) as response:
                page = JobPage.from_json(await response.read())
            if any(not job.status.is_final for job in page.jobs):
                return None
            for job in page.jobs:
                assert job.status is JobState.COMPLETED, job
                assert job.completed_at is not None
                latencies.append((job.completed_at - job.accepted_at) / timedelta(milliseconds=1))
            params = {"limit": "200", "cursor": page.next or ""}
        return latencies[:count]

    async def _until_final(self, path: str) -> None:
        headers = {"Accept": "text/event-stream"}
        async with self._http.get(path, headers=headers) as response:
            last = b""
            async for line in response.content:
                if line.startswith(b"data:"):
                    last = line
        assert b'"status":"completed"' in last, f"{path} ended with {last.decode()[:2000]}"


@asynccontextmanager
async def open_load(url: str, kafka: KafkaSettings, body: bytes) -> AsyncIterator[Load]:
    """Connect to a gateway."""
    connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=KEEP_ALIVE_S)
    async with aiohttp.ClientSession(url, connector=connector) as http:
        yield Load(http, kafka, body)
