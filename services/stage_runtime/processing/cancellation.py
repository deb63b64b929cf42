"""Cancelling: which jobs are cancelled, and the calls that a cancel closes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class CallCancelledError(Exception):
    """The call was closed, or not begun, because its job was cancelled.

    Attributes:
        was_open: Whether it had begun.
    """

    def __init__(self, *, was_open: bool) -> None:
        super().__init__("the job was cancelled")
        self.was_open = was_open


class Cancellations:
    """The cancelled jobs, by record key, and the calls under way."""

    def __init__(self) -> None:
        self._cancelled: set[bytes] = set()
        self._calls: dict[bytes, asyncio.Task[Any]] = {}

    def note(self, key: bytes) -> None:
        """Take in that a job is cancelled. A call of it that is under way is closed."""
        self._cancelled.add(key)
        call = self._calls.get(key)
        if call is not None:
            call.cancel()

    def is_cancelled(self, key: bytes) -> bool:
        """Whether the job with this key has been cancelled, as far as was heard."""
        return key in self._cancelled

    async def run(self, key: bytes, call: Coroutine[Any, Any, T]) -> T:
        """Make a call that a cancel of its job closes.

        Raises:
            CallCancelledError: It was closed.
            asyncio.CancelledError: The process is stopping; the call is closed too.
        """
        if self.is_cancelled(key):
            call.close()
            raise CallCancelledError(was_open=False)
        task = asyncio.create_task(call)
        self._calls[key] = task
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled() and self.is_cancelled(key) and not _is_stopping():
                raise CallCancelledError(was_open=True) from None
            task.cancel()
            raise
        finally:
            del self._calls[key]


def _is_stopping() -> bool:
    current = asyncio.current_task()
    return current is not None and current.cancelling() > 0
