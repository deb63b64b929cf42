"""How many webhooks are delivered in a second, and how late each is, quiet and beside much else."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from services.lifecycle.clock import utc_now
from tests.bench.gateway.figure import Figure, percentile
from tests.fact_source import FactSource
from tests.unit.gateway.receiver import Answer, Received, Receiver, listening

WEBHOOKS = {"GATEWAY_WEBHOOK_NETWORKS": "127.0.0.0/8"}
PATH = "/v1/webhooks"
ENDPOINTS = 20
HANGING, OF_ANOTHER = 20, "hangs"
"""Events for an endpoint that never answers, and its tenant."""

LATE_EVENTS, LATE_RATE = 200, 10.0
BUSY_JOBS, TELLERS, TOLD = 200, 8, 100.0
"""Each teller tells so many facts a second, of which the projection makes large transactions."""

BUSY_S = 3600.0
LOOK_S = 0.01
END_S = 900.0


@dataclass
class TimedReceiver(Receiver):
    """Attributes: arrived: when each id came first, by the clock of this process."""

    arrived: dict[str, float] = field(default_factory=dict)

    async def _take(self, request: Received, reader: asyncio.StreamReader) -> Answer:
        self.arrived.setdefault(request.id, time.monotonic())
        return await super()._take(request, reader)

    def list_of(self, path: str) -> list[str]:
        """The ids that one endpoint got, in the order in which they came."""
        return [one.id for one in self.received if one.path == path]


@dataclass(frozen=True)
class Told:
    """Endpoints of one receiver, which were told nothing of the jobs that have ended.

    Attributes:
        span: When these have ended.
    """

    http: aiohttp.ClientSession
    receiver: TimedReceiver
    ids: Sequence[str]
    span: dict[str, str]

    async def deliver(self, endpoints: int, jobs: int) -> float:
        """Send all that was missed to so many of them; how many deliveries a second that were."""
        self.receiver.received.clear()
        ids, expected = self.ids[:endpoints], endpoints * jobs
        begun = time.monotonic()
        for one in ids:
            sent = await _ask(self.http, "POST", f"{PATH}/{one}/recover", self.span)
            assert sent["count"] == jobs, sent
        await _wait_for(lambda: len(self.receiver.received) >= expected)
        took_s = time.monotonic() - begun
        for one in ids:
            arrived = self.receiver.list_of(f"/hook/{self.ids.index(one)}")
            assert len(arrived) == len(set(arrived)) == jobs, one
        return expected / took_s

    async def measure_delays(self) -> list[float]:
        """How late single events are, in ms, each from when it was asked for."""
        begun: dict[str, float] = {}
        for number in range(LATE_EVENTS):
            asked_at, which = time.monotonic(), self.ids[number % len(self.ids)]
            made = await _ask(self.http, "POST", f"{PATH}/{which}/test", {})
            begun[made["id"]] = asked_at
            rest_s = asked_at + 1 / LATE_RATE - time.monotonic()
            await asyncio.sleep(max(0.0, rest_s))  # noqa: TID251 - the rate is what is asked for
        await _wait_for(lambda: begun.keys() <= self.receiver.arrived.keys())
        return [(self.receiver.arrived[one] - at) * 1000 for one, at in begun.items()]


async def measure_webhooks(url: str, source: FactSource, jobs: int) -> AsyncIterator[Figure]:
    """Deliveries a second and their delay: quiet, beside one that hangs, and on a busy gateway."""
    async with aiohttp.ClientSession(url) as http, _open_told(http, source, jobs) as told:
        yield _tell_rate("one endpoint", await told.deliver(1, jobs))
        yield _tell_delay("20 endpoints", await told.measure_delays())
        async with _hanging(http):
            yield _tell_delay("20 endpoints, one more that hangs", await told.measure_delays())
            rate = await told.deliver(ENDPOINTS, jobs)
            yield _tell_rate("20 endpoints, one more that hangs", rate)
            async with _busy(source):
                yield _tell_rate("one endpoint, gateway busy", await told.deliver(1, jobs))
                rate = await told.deliver(ENDPOINTS, jobs)
                yield _tell_rate("20 endpoints, one more that hangs, gateway busy", rate)
                yield _tell_delay("20 endpoints, gateway busy", await told.measure_delays())


def _tell_rate(name: str, rate: float) -> Figure:
    return Figure(f"webhooks to {name}", rate, "deliveries/s")


def _tell_delay(name: str, delays_ms: list[float]) -> Figure:
    return Figure(f"webhooks to {name}, delay p95", percentile(delays_ms, 95), "ms")


@asynccontextmanager
async def _open_told(
    http: aiohttp.ClientSession, source: FactSource, jobs: int
) -> AsyncIterator[Told]:
    since, receiver = utc_now().isoformat(), TimedReceiver()
    async with listening(receiver.serve) as receiver.port:
        ids = [await _create(http, f"{receiver.url}/{number}") for number in range(ENDPOINTS)]
        for one in ids:
            await _ask(http, "PATCH", f"{PATH}/{one}", {"isEnabled": False})
        await source.begin(jobs)
        await source.end()
        for one in ids:
            await _wait_until_noted(http, one, jobs)
            await _ask(http, "PATCH", f"{PATH}/{one}", {"isEnabled": True})
        yield Told(http, receiver, ids, {"since": since, "until": utc_now().isoformat()})


async def _wait_until_noted(http: aiohttp.ClientSession, one: str, events: int) -> None:
    async with asyncio.timeout(END_S):
        while (await _ask(http, "GET", f"{PATH}/{one}"))["sequence"] < events:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - tables tell no event


@asynccontextmanager
async def _hanging(http: aiohttp.ClientSession) -> AsyncIterator[None]:
    receiver = Receiver(always=Answer(hangs=True))
    async with listening(receiver.serve) as receiver.port:
        one = await _create(http, receiver.url, tenant=OF_ANOTHER)
        for _ in range(HANGING):
            await _ask(http, "POST", f"{PATH}/{one}/test", {})
        await _wait_for(lambda: bool(receiver.open))
        yield


@asynccontextmanager
async def _busy(source: FactSource) -> AsyncIterator[None]:
    """Let facts of jobs be told that never end."""
    await source.begin(BUSY_JOBS)
    tellers = [asyncio.create_task(source.tell(BUSY_S, TOLD)) for _ in range(TELLERS)]
    try:
        yield
    finally:
        for one in tellers:
            one.cancel()
        await asyncio.gather(*tellers, return_exceptions=True)


async def _create(http: aiohttp.ClientSession, url: str, tenant: str = "default") -> str:
    made = await _ask(http, "POST", PATH, {"url": url, "tenant": tenant})
    return str(made["id"])


async def _ask(http: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> Any:
    async with http.request(method, path, json=body) as answer:
        assert answer.ok, await answer.text()
        return await answer.json()


async def _wait_for(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(END_S):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - the receiver tells no event
