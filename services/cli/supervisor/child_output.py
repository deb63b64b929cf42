"""What a child says, on its way into its log file.

It writes to a pipe and not to the file: only so can the file be turned over while the child runs
without a line lost, and a full disk is no error of the child's.
"""

import asyncio
import os
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from services.cli.log.file import LogFile
from services.cli.supervisor.child_process import start_process

CHUNK_BYTES = 64 * 1024
LAST_WORDS_S = 2.0
"""How long the end of a dead child's output is waited for: a child of its own may hold it open."""


class ChildOutput:
    """The way of one child's output."""

    def __init__(self, read_end: int, log: LogFile) -> None:
        self._pipe = os.fdopen(read_end, "rb", 0)
        self._log = log
        self._copying = asyncio.create_task(self._copy())

    async def end(self) -> None:
        """Have a dead child's last words in the log, and let go of it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._copying, LAST_WORDS_S)

    async def _copy(self) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._pipe
        )
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                self._log.write(chunk)
        finally:
            transport.close()
            self._log.close()


async def start_logged(
    argv: Sequence[str], env: Mapping[str, str], log: LogFile, folder: Path | None = None
) -> tuple[Process, ChildOutput]:
    """Start a child whose output goes to a log.

    Args:
        folder: Where it works; None for ours.

    Raises:
        OSError: It cannot be started.
    """
    read_end, write_end = os.pipe()
    try:
        output = ChildOutput(read_end, log)
        return await start_process(argv, env, write_end, folder), output
    finally:
        # So that the output ends with the child.
        os.close(write_end)
