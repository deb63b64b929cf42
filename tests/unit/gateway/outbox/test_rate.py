"""No second sees more turns than it may, however many ask at once."""

import asyncio

import pytest

from services.gateway.outbox.rate import Rate
from tests.unit.gateway.conftest import FakeClock


async def test_turns_come_evenly() -> None:
    clock = FakeClock()
    rate = Rate(4, clock.read, clock.wait)
    seen = []
    for _ in range(5):
        await rate.take_turn()
        seen.append(clock.read())
    assert seen == [0, 0.25, 0.5, 0.75, 1.0]


async def test_no_turns_are_saved_up() -> None:
    clock = FakeClock()
    rate = Rate(4, clock.read, clock.wait)
    await rate.take_turn()
    await clock.wait(60)
    for _ in range(3):
        await rate.take_turn()
    assert clock.read() == pytest.approx(60.5)


async def test_those_who_ask_at_once_wait_for_different_turns() -> None:
    waits: list[float] = []

    async def wait(duration_s: float) -> None:
        waits.append(duration_s)

    rate = Rate(10, lambda: 0.0, wait)
    await asyncio.gather(*(rate.take_turn() for _ in range(4)))
    assert waits == pytest.approx([0.1, 0.2, 0.3])
