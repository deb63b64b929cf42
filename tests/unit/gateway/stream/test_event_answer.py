"""A live stream that has nothing to tell says that it lives, as often as the docs promise."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.types import Message

from brainshare_client.transport.connection import SILENCE_S
from services.gateway.stream.event_answer import answer_stream
from tests.unit.gateway.stream.jumping_loop import JumpingLoop

COMMENT = re.compile(r"A comment comes every (\d+) s")
SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}
HEARTBEAT = b": heartbeat\n\n"


async def tell_nothing() -> AsyncIterator[bytes]:
    await asyncio.Future()
    yield b""


async def tell_every_40_s() -> AsyncIterator[bytes]:
    while True:
        yield b"event: status\ndata: {}\n\n"
        await asyncio.sleep(40)  # noqa: TID251 - in a loop whose time jumps


async def listen(events: AsyncIterator[bytes], for_s: float) -> list[tuple[float, bytes]]:
    """What a client is sent in so many seconds, each with its moment."""
    told: list[tuple[float, bytes]] = []

    async def send(message: Message) -> None:
        told.append((asyncio.get_running_loop().time(), message.get("body", b"")))

    async def receive() -> Message:
        return await asyncio.Future()  # it stays

    with suppress(TimeoutError):
        async with asyncio.timeout(for_s):
            await answer_stream(events)(SCOPE, receive, send)
    return told


def run(events: AsyncIterator[bytes], for_s: float) -> list[tuple[float, bytes]]:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(listen(events, for_s))


def read_promise() -> float:
    """How often a comment comes by the docs, in seconds."""
    promised = COMMENT.search(Path("docs/api.md").read_text())
    assert promised is not None
    return float(promised[1])


@pytest.mark.parametrize("tell", [tell_nothing, tell_every_40_s])
def test_a_silent_stream_gets_a_comment_in_the_time_that_is_promised(
    tell: Callable[[], AsyncIterator[bytes]],
) -> None:
    every_s = read_promise()
    told = run(tell(), 10 * every_s + 1)
    beats = [at for at, body in told if body == HEARTBEAT]
    assert beats == pytest.approx([every_s * count for count in range(1, 11)])
    moments = [at for at, body in told if body]
    assert max(later - at for at, later in pairwise(moments)) <= every_s


def test_who_waits_in_python_waits_longer_than_for_one_comment() -> None:
    assert read_promise() < SILENCE_S
