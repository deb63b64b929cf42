"""A probe tells what answers, and keeps nobody waiting for what it knows."""

import asyncio

from services.gateway.operation.dependency_probe import Probe


async def test_a_failing_question_has_no_answer() -> None:
    async def fail() -> int:
        raise OSError

    assert await Probe("x", fail).ask() is None


async def test_a_slow_question_is_answered_with_what_was_known() -> None:
    gate = asyncio.Event()
    gate.set()

    async def answer() -> int:
        await gate.wait()
        return 7

    probe = Probe("x", answer)
    assert await probe.ask() == 7
    gate.clear()
    assert await probe.ask() == 7
    gate.set()


async def test_who_has_little_patience_is_not_kept_waiting_and_the_question_goes_on() -> None:
    gate = asyncio.Event()

    async def answer() -> int:
        await gate.wait()
        return 7

    probe = Probe("x", answer)
    assert await probe.ask(patience_s=0.001) is None
    gate.set()
    assert await probe.ask() == 7
