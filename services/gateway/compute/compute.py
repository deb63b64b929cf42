"""Computes small things at once, and large ones in a process beside the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, TypeVarTuple

from services.gateway.compute.frame import write_frame
from services.gateway.compute.process import ComputeLostError, ComputeProcess

LARGE_BYTES = 32 * 1024
"""What is smaller takes less than 6 ms, at worst; to ask the process costs about 1 ms."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Compute:
    """Computes pure functions of modules.

    Args:
        process: Asked what is large.
    """

    def __init__(self, process: ComputeProcess) -> None:
        self._process = process

    async def run(self, size: int, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        """Compute a function, whose errors are raised here.

        Args:
            size: Of what it works on, in bytes, more or less.

        Raises:
            ComputeLostError: The process was lost over it, twice.
        """
        if size < LARGE_BYTES:
            return function(*arguments)
        # Whoever waits may go away; the process answers all the same.
        return await asyncio.shield(self._ask(function, arguments))

    async def _ask(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        question = write_frame((function, arguments))
        try:
            is_value, answer = await self._process.ask(question)
        except ComputeLostError:  # perhaps for a reason that has nothing to do with the question
            is_value, answer = await self._process.ask(question)
        if not is_value:
            raise answer
        computed: T = answer
        return computed


@asynccontextmanager
async def open_compute() -> AsyncIterator[Compute]:
    """Compute until the context is left; the process is started when it is first needed."""
    process = ComputeProcess()
    try:
        yield Compute(process)
    finally:
        await process.close()
