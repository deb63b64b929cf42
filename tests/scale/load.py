"""Keeps so many jobs under way that the workers are never idle, and times how they end."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp

from schemas.stage import STAGE_ORDER
from services.kafka import KafkaSettings, open_log_reader

CLIENTS = 16
READ_S = 0.5
BATCH = 500
HEADERS = {"Content-Type": "application/json"}
ACCEPTED = 202
WAIT_S = 600.0


@dataclass(frozen=True)
class Amount:
    """How many jobs are run.

    Attributes:
        under_way: At a time.
        warm: That end before anything counts.
        counted: That are timed after those.
    """

    under_way: int
    warm: int
    counted: int


@dataclass(frozen=True)
class Carried:
    """What was carried.

    Attributes:
        per_s: Jobs that ended a second, of those that counted, by the broker's clock.
        posts: Accepted, by the gateway that they were posted to.
        ended: Jobs of which the last stage has answered.
    """

    per_s: float
    posts: dict[str, int]
    ended: int

    @property
    def posted(self) -> int:
        """All jobs that were accepted."""
        return sum(self.posts.values())


class Load:
    """Clients that post a job wherever one has ended."""

    def __init__(self, http: aiohttp.ClientSession, urls: Sequence[str], body: bytes) -> None:
        self._http = http
        self._turns = itertools.cycle(urls)
        self._body = body
        self._slots = asyncio.Semaphore(0)
        self._is_over = False
        self._posts = Counter[str]()
        self._ended_ms = dict[bytes, int]()

    async def carry(
        self, kafka: KafkaSettings, amount: Amount, when_warm: Callable[[], Awaitable[None]]
    ) -> Carried:
        """Run the jobs, and wait until all that were posted have ended.

        Args:
            when_warm: Awaited once, before those that count.
        """
        last = kafka.topics.suggestions(STAGE_ORDER[-1])
        async with (
            asyncio.timeout(WAIT_S),
            open_log_reader(kafka, [last]) as reader,
            asyncio.TaskGroup() as clients,
        ):
            await reader.seek(await reader.end_offsets())
            for _ in range(CLIENTS):
                clients.create_task(self._post_in_turn())
            self._release(amount.under_way)
            is_warm = False
            while not (self._is_over and len(self._ended_ms) >= self._posts.total()):
                for record in await reader.read(READ_S, BATCH):
                    self._note(record.key or b"", record.timestamp_ms)
                if not is_warm and len(self._ended_ms) >= amount.warm:
                    is_warm = True
                    await when_warm()
                if len(self._ended_ms) > amount.warm + amount.counted:
                    self._end()
        return Carried(self._rate(amount), dict(self._posts), len(self._ended_ms))

    def _note(self, job: bytes, ended_ms: int) -> None:
        if job not in self._ended_ms:
            self._ended_ms[job] = ended_ms
            self._release(1)

    def _rate(self, amount: Amount) -> float:
        ends = sorted(self._ended_ms.values())
        return amount.counted * 1000 / (ends[amount.warm + amount.counted] - ends[amount.warm])

    def _release(self, jobs: int) -> None:
        for _ in range(jobs):
            self._slots.release()

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._release(CLIENTS)

    async def _post_in_turn(self) -> None:
        while await self._slots.acquire() and not self._is_over:
            url = next(self._turns)
            self._posts[url] += 1
            async with self._http.post(
                f"{url}/v1/jobs", data=self._body, headers=HEADERS
            ) as answer:
                assert answer.status == ACCEPTED, await answer.text()
