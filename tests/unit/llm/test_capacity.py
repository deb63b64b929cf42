"""Two slots get two calls, whatever the setting: a burst against a server, over HTTP."""

import asyncio

from services.llm.limit.concurrency import Concurrency
from services.llm.server.profile import ProfileName
from tests.unit.llm.fake_provider import QUESTION, ROWS
from tests.unit.llm.stream_server import Line, Request, provide_stream, stream

PIECES = stream(ROWS, 8)


class Slots:
    """A server that works on so many calls at a time, and lets the others wait."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self.inside, self.most_inside = 0, 0
        self.late: list[int] = []

    async def answer(self, request: Request, line: Line) -> None:
        self.inside += 1
        self.late.append(self.inside)
        await line.begin()
        async with self._free:
            for piece in PIECES:
                await line.think(0.015)
                await line.send(piece)
        self.inside -= 1


async def test_a_server_of_two_slots_gets_two_calls_at_a_time() -> None:
    slots, concurrency = Slots(2), Concurrency(64, start=2)
    async with provide_stream(slots.answer, concurrency=concurrency) as server:
        await asyncio.gather(*(server.client.ask(QUESTION) for _ in range(40)))
    assert concurrency.capacity.is_found
    assert concurrency.limit == 2
    # Twice as many were tried, and never sixty-four.
    assert max(slots.late) <= 5


async def test_a_provider_of_many_slots_gets_more_and_more_calls() -> None:
    slots, concurrency = Slots(64), Concurrency(16, start=2)
    custom = {"profile": ProfileName.CUSTOM, "stream": True}
    async with provide_stream(slots.answer, concurrency=concurrency, **custom) as server:  # type: ignore[arg-type]
        await asyncio.gather(*(server.client.ask(QUESTION) for _ in range(90)))
    assert concurrency.limit >= 8
