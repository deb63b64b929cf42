"""What is large is computed beside the event loop; a process that is lost costs nobody anything."""

import asyncio
import os
import signal
import sys

import pytest

from services.gateway.compute.compute import LARGE_BYTES, Compute
from services.gateway.compute.process import ComputeLostError, ComputeProcess


def fail(reason: str) -> None:
    raise ValueError(reason)


class OddError(Exception):
    """Cannot be made again from what it says."""

    def __init__(self, one: str, _other: str) -> None:
        super().__init__(one)


def fail_oddly() -> None:
    raise OddError("secret", "of a user")


def end() -> None:
    os._exit(1)


async def test_small_things_are_computed_here(compute: Compute) -> None:
    assert await compute.run(LARGE_BYTES - 1, os.getpid) == os.getpid()


async def test_large_things_are_computed_in_one_process_beside(compute: Compute) -> None:
    first, second = [await compute.run(LARGE_BYTES, os.getpid) for _ in range(2)]
    assert first == second != os.getpid()


async def test_what_is_raised_there_is_raised_here(compute: Compute) -> None:
    with pytest.raises(ValueError, match="no such thing"):
        await compute.run(LARGE_BYTES, fail, "no such thing")


async def test_an_error_that_cannot_be_passed_on_is_named_and_ends_nothing(
    compute: Compute,
) -> None:
    pid = await compute.run(LARGE_BYTES, os.getpid)
    with pytest.raises(RuntimeError, match=r"^OddError in the computing process$"):
        await compute.run(LARGE_BYTES, fail_oddly)
    assert await compute.run(LARGE_BYTES, os.getpid) == pid


async def test_a_process_that_was_killed_is_replaced_and_asked_again(compute: Compute) -> None:
    killed = await compute.run(LARGE_BYTES, os.getpid)
    os.kill(killed, signal.SIGKILL)
    assert await compute.run(LARGE_BYTES, os.getpid) not in (killed, os.getpid())


async def test_what_ends_the_process_twice_is_given_up(compute: Compute) -> None:
    with pytest.raises(ComputeLostError):
        await compute.run(LARGE_BYTES, end)
    assert await compute.run(LARGE_BYTES, len, "next") == 4


async def test_who_goes_away_leaves_no_answer_for_another(compute: Compute) -> None:
    gone = asyncio.create_task(compute.run(LARGE_BYTES, sum, range(1_000_000)))
    await asyncio.wait([gone], timeout=0.01)
    gone.cancel()
    assert await compute.run(LARGE_BYTES, len, "mine") == 4


async def test_a_stop_of_the_group_leaves_the_process_until_the_gateway_ends(
    compute: Compute,
) -> None:
    pid = await compute.run(LARGE_BYTES, os.getpid)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(pid, number)
    assert await compute.run(LARGE_BYTES, os.getpid) == pid


async def test_a_process_that_is_silent_is_replaced() -> None:
    silent = ComputeProcess((sys.executable, "-c", "import signal; signal.pause()"), answer_s=0.3)
    with pytest.raises(ComputeLostError):
        await silent.ask(b"")
    assert silent.pid is None


async def test_a_process_whose_answer_nobody_reads_to_its_end_is_replaced() -> None:
    """Its reader has paused, as it does before what is large, and so does not see it end."""
    silent = ComputeProcess((sys.executable, "-c", "import signal; signal.pause()"), answer_s=0.5)
    process = silent._process = await silent._start()
    assert process.stdout is not None
    asking = asyncio.create_task(silent.ask(b""))
    await asyncio.wait([asking], timeout=0.1)
    process._transport.get_pipe_transport(1).pause_reading()  # type: ignore[attr-defined]
    process.stdout._paused = True  # type: ignore[attr-defined]
    async with asyncio.timeout(10):
        with pytest.raises(ComputeLostError):
            await asking


async def test_the_process_ends_with_the_gateway() -> None:
    process = ComputeProcess()
    lone = await process._start()
    assert lone.stdin is not None
    lone.stdin.close()
    async with asyncio.timeout(10):
        assert await lone.wait() == 0
