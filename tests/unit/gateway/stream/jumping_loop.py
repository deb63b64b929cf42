"""An event loop whose time passes only while all wait, and then at once."""

import asyncio
from typing import Any


class JumpingLoop(asyncio.SelectorEventLoop):
    """For what waits for nothing but time: a thread or a socket would be jumped over."""

    def __init__(self) -> None:
        super().__init__()
        self._passed_s = 0.0

    def time(self) -> float:
        """Seconds since it was made."""
        return self._passed_s

    def _run_once(self) -> None:
        loop: Any = self
        if not loop._ready and loop._scheduled:
            self._passed_s = max(self._passed_s, loop._scheduled[0].when())
        super()._run_once()  # type: ignore[misc]
