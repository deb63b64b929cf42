"""What a stage's process keeps of the records that it has pulled."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from services.kafka.value import ConsumedRecord
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.consumer.stream_buffer import HeldBytes
from services.stage_runtime.consumer.subscription import Subscription

VALUE = b"x" * 1_000


@dataclass(eq=False)
class Message:
    """A message as Faust has it."""

    offset: int
    value: bytes | None = VALUE
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    topic: str = "table.requests"
    partition: int = 0
    timestamp: float = 1.0
    tp: str = "p0"
    generation_id: int = 1
    is_acked: bool = False

    def ack(self, consumer: object) -> None:
        self.is_acked = True


@dataclass
class Stream:
    """A stream of Faust that ends."""

    messages: list[Message]

    def noack(self) -> "Stream":
        return self

    async def events(self) -> AsyncIterator[Any]:
        for message in self.messages:
            yield SimpleNamespace(message=message, app=SimpleNamespace(consumer=None))


async def test_what_is_done_behind_a_slow_head_keeps_no_value_and_counts_no_more() -> None:
    held = HeldBytes(10_000)
    subscription = Subscription("s", 8, 8, Park("s"), held)
    messages = [Message(offset) for offset in range(3)]
    head, others_are_done = asyncio.Event(), asyncio.Event()
    held.listen(lambda: others_are_done.set() if held.open == len(VALUE) else None)

    async def handle(generation: int, record: ConsumedRecord) -> None:
        if record.offset == 0:
            await head.wait()

    await subscription.pull(Stream(messages), handle, lambda: 1)
    async with asyncio.timeout(5):
        await others_are_done.wait()
    assert [message.value for message in messages] == [VALUE, None, None]
    assert [message.is_acked for message in messages] == [False, False, False]
    head.set()
    await subscription.drain(5)
    assert all(message.is_acked for message in messages)
    assert held.open == 0
