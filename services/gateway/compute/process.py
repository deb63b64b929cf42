"""The life of the computing process: started when it is first needed, again when it is lost."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from typing import Any

from services.gateway.compute.frame import read_frame
from services.telemetry.log import get_log
from services.telemetry.metric import COMPUTE_LOST

COMMAND = (sys.executable, "-m", "services.gateway.compute")
ANSWER_S = 30.0
"""What is computed takes half a second at most; a process that is silent for longer is replaced."""

log = get_log()


class ComputeLostError(Exception):
    """The computing process ended, or was silent, over what it was asked. Nothing was changed."""


class ComputeProcess:
    """A process beside the event loop, which is asked one thing at a time."""

    def __init__(self, command: Sequence[str] = COMMAND, answer_s: float = ANSWER_S) -> None:
        self._command = command
        self._answer_s = answer_s
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process, None while there is none."""
        return None if self._process is None else self._process.pid

    async def ask(self, question: bytes) -> tuple[bool, Any]:
        """Ask one thing, when its turn comes.

        Returns:
            Whether it was computed, and what came of it: its value or what it raised.

        Raises:
            ComputeLostError: There is no answer. The next question finds a new process.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(self._answer_s):
                    return await self._exchange(question)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                COMPUTE_LOST.inc()
                log.warning("compute_process_lost", pid=self.pid, error=repr(error))
                await self._end()
                raise ComputeLostError("the process that reads what is large has ended") from error
            except asyncio.CancelledError:
                await self._end()  # its answer would be taken for the next one's
                raise

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._end()

    async def _exchange(self, question: bytes) -> tuple[bool, Any]:
        process = self._process = self._process or await self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(question)
        await process.stdin.drain()
        computed, value = await read_frame(process.stdout)
        return computed, value

    async def _start(self) -> Process:
        process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE)
        log.info("compute_process_started", pid=process.pid)
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        # To wait alone would never end while what it has written is unread.
        await process.communicate()
