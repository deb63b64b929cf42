"""Many watchers in one loop: each follows a job, at any gateway, from where it was cut off."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

import httpx2
from pydantic_core import from_json

BREATH_S = 0.05
ANSWER_S = 60.0
FACT, STATUS, RESET = "history", "status", "reset"
FINAL = ("completed", "failed", "cancelled")


@dataclass
class Watcher:
    """Who follows a job, and what was seen.

    Attributes:
        numbers: Of the facts, in the order in which they came.
        delays_ms: From the broker's append to here, of those that came live.
        cuts: How often the connection was lost.
    """

    job_id: str
    numbers: list[int] = field(default_factory=list)
    delays_ms: list[float] = field(default_factory=list)
    cuts: int = 0
    last_id: str = ""

    def is_whole(self, facts: int) -> bool:
        """Whether each fact came once and in order."""
        return self.numbers == [*range(1, facts + 1)]

    def take_fact(self, event_id: str, data: bytes) -> None:
        """Note a fact."""
        told = from_json(data)
        self.last_id = event_id
        self.numbers.append(told["sequence"])
        at = datetime.fromisoformat(told["at"])
        self.delays_ms.append((time.time() - at.timestamp()) * 1000)


class Crowd:
    """Follows jobs.

    Args:
        pick: An address that is ready, or None where none is.
        take_out: Told an address that does not answer.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        pick: Callable[[], str | None],
        take_out: Callable[[str], None] = lambda url: None,
    ) -> None:
        self._http = http
        self._pick = pick
        self._take_out = take_out
        self.connected = asyncio.Semaphore(0)

    async def follow(self, watcher: Watcher) -> None:
        """Follow a job to its end."""
        while not await self._follow_once(watcher, await self._find()):
            watcher.cuts += 1

    async def until_told(
        self, watchers: Sequence[Watcher], told: Mapping[str, int], within_s: float
    ) -> None:
        """Wait until they have all that was told, for so long at most: who is late may be gone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while any(len(one.numbers) < told[one.job_id] for one in watchers):  # noqa: ASYNC110
                    await asyncio.sleep(BREATH_S)  # noqa: TID251 - gateways tell no other event

    async def _find(self) -> str:
        while (url := self._pick()) is None:  # noqa: ASYNC110 - processes tell no event
            await asyncio.sleep(BREATH_S)  # noqa: TID251 - until one is ready
        return url

    async def _follow_once(self, watcher: Watcher, url: str) -> bool:
        headers = {"Accept": "text/event-stream"}
        headers |= {"Last-Event-ID": watcher.last_id} if watcher.last_id else {}
        path = f"{url}/v1/jobs/{watcher.job_id}/events"
        try:
            async with self._http.stream("GET", path, headers=headers) as answer:
                if answer.status_code == 204:
                    return True
                if answer.status_code != 200:  # it starts, or is full
                    await asyncio.sleep(BREATH_S)  # noqa: TID251 - its time
                    return False
                self.connected.release()
                return await _read(watcher, answer)
        except httpx2.TransportError:
            self._take_out(url)
            return False


async def _read(watcher: Watcher, answer: httpx2.Response) -> bool:
    """Read a stream, and say whether it came to the job's end."""
    name = event_id = ""
    async for line in answer.aiter_lines():
        key, _, text = line.partition(": ")
        if key == "event":
            name = text
        elif key == "id":
            event_id = text
        elif key == "data" and name == FACT:
            watcher.take_fact(event_id, text.encode())
        elif key == "data" and name == RESET:
            watcher.numbers.append(0)  # it was told to begin anew: no reader of facts wants that
        elif key == "data" and name == STATUS and from_json(text)["status"] in FINAL:
            return True
    return False


@asynccontextmanager
async def open_crowd(
    pick: Callable[[], str | None], take_out: Callable[[str], None] = lambda url: None
) -> AsyncIterator[Crowd]:
    """A crowd with as many connections as it likes."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    timeout = httpx2.Timeout(ANSWER_S, pool=None)
    async with httpx2.AsyncClient(limits=limits, timeout=timeout, trust_env=False) as http:
        yield Crowd(http, pick, take_out)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value within which so many stay; 0 where there is none."""
    ordered = sorted(values)
    at = min(len(ordered) - 1, int(len(ordered) * percent / 100))
    return ordered[at] if ordered else 0.0
