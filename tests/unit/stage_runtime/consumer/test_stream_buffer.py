"""The bound on what a stage holds, in bytes."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from mode.utils.queues import FlowControlEvent

from services.stage_runtime.consumer.stream_buffer import HeldBytes, StreamBuffer

MOST = 100


class Partition:
    """One partition, as Faust's conductor fills the buffer with it."""

    def __init__(self, buffer: StreamBuffer) -> None:
        self._buffer = buffer
        self.is_left_out = False

    def bring(self, size: int) -> None:
        """A record of so many bytes has come."""
        self._buffer.put_nowait_enhanced(
            make_event(size), on_pressure_high=self._leave_out, on_pressure_drop=self._take_in
        )

    def _leave_out(self) -> None:
        self.is_left_out = True

    def _take_in(self) -> None:
        self.is_left_out = False


def make_event(size: int) -> Any:
    message = SimpleNamespace(key=b"", value=b"x" * size, headers=())
    return SimpleNamespace(message=message)


@pytest.fixture
def held() -> HeldBytes:
    return HeldBytes(MOST)


@pytest.fixture
def buffer(held: HeldBytes) -> StreamBuffer:
    flow = FlowControlEvent(initially_suspended=False)
    return StreamBuffer(1_000, held=held, flow_control=flow, clear_on_resume=True)


def pull(buffer: StreamBuffer, held: HeldBytes) -> int:
    """Pull a record, as the subscription does. Returns its bytes."""
    size = len(buffer.get_nowait().message.value)
    held.open += size
    return size


async def test_a_partition_is_left_out_once_so_many_bytes_are_held(
    buffer: StreamBuffer, held: HeldBytes
) -> None:
    partition = Partition(buffer)
    partition.bring(MOST - 1)
    partition.bring(1)
    assert not partition.is_left_out
    partition.bring(1)
    assert partition.is_left_out
    assert held.waiting == MOST + 1


async def test_pulling_alone_makes_no_room(buffer: StreamBuffer, held: HeldBytes) -> None:
    partition = Partition(buffer)
    for _ in range(3):
        partition.bring(MOST // 2)
    while not buffer.empty():
        pull(buffer, held)
    with pytest.raises(asyncio.QueueEmpty):
        buffer.get_nowait()
    assert partition.is_left_out
    assert (held.waiting, held.open) == (0, 3 * MOST // 2)


async def test_partitions_are_taken_in_again_when_half_of_it_is_done(
    buffer: StreamBuffer, held: HeldBytes
) -> None:
    partitions = [Partition(buffer), Partition(buffer)]
    partitions[0].bring(MOST)
    for partition in partitions:
        partition.bring(1)
    sizes = [pull(buffer, held) for _ in range(3)]
    held.close(sizes[1])
    assert all(partition.is_left_out for partition in partitions)
    held.close(sizes[0])
    assert not any(partition.is_left_out for partition in partitions)


async def test_a_record_larger_than_the_bound_comes_when_nothing_else_is_held(
    buffer: StreamBuffer, held: HeldBytes
) -> None:
    partition = Partition(buffer)
    partition.bring(10 * MOST)
    assert not partition.is_left_out
    held.close(pull(buffer, held))
    partition.bring(10 * MOST)
    assert not partition.is_left_out


async def test_after_a_rebalance_no_partition_stays_left_out_and_the_bound_holds_again(
    buffer: StreamBuffer, held: HeldBytes
) -> None:
    before, after = Partition(buffer), Partition(buffer)
    before.bring(MOST)
    before.bring(1)
    buffer.clear()
    assert not before.is_left_out
    assert held.total == 0
    after.bring(MOST)
    after.bring(1)
    assert after.is_left_out


async def test_what_is_open_is_held_also_through_a_rebalance(
    buffer: StreamBuffer, held: HeldBytes
) -> None:
    partition = Partition(buffer)
    partition.bring(MOST)
    size = pull(buffer, held)
    buffer.clear()
    partition.bring(1)
    assert partition.is_left_out
    held.close(size)
    assert not partition.is_left_out


async def test_many_small_records_are_bounded_by_their_number(buffer: StreamBuffer) -> None:
    partition = Partition(buffer)
    for _ in range(801):
        partition.bring(0)
    assert partition.is_left_out
