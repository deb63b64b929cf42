"""The first signal asks for a clean stop, the second for haste; a closed terminal sends two."""

import asyncio
import os
import signal

import pytest

from services.cli.terminal.interrupt import run_until_interrupt

BOUND_S = 10.0


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ([signal.SIGINT], ["SIGINT"]),
        ([signal.SIGTERM, signal.SIGINT], ["SIGTERM", "hurry"]),
        ([signal.SIGHUP], ["SIGHUP"]),
        ([signal.SIGHUP, signal.SIGHUP], ["SIGHUP"]),
        ([signal.SIGHUP, signal.SIGINT], ["SIGHUP", "hurry"]),
    ],
)
async def test_a_closed_terminal_is_a_stop_and_no_haste(
    sent: list[signal.Signals], heard: list[str]
) -> None:
    told: list[str] = []

    async def clean_up() -> int:
        try:
            os.kill(os.getpid(), sent[0])
            return await asyncio.Event().wait()
        finally:
            for number in sent[1:]:
                os.kill(os.getpid(), number)
                await _hear_all()

    body, hurry = clean_up(), lambda: told.append("hurry")
    assert await run_until_interrupt(body, hurry, lambda first: told.append(first.name)) == 0
    assert told == heard


async def _hear_all() -> None:
    """Until a signal that was sent after them has been heard."""
    heard = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, heard.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    async with asyncio.timeout(BOUND_S):
        await heard.wait()
