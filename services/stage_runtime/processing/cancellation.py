"""Cancelling: which jobs are cancelled, and the calls that a cancel closes."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from schemas.kafka.ahead import is_schema_ahead
from schemas.kafka.control import CONTROL_SCHEMA, PROMOTION_KEY
from schemas.kafka.headers import salvage_headers
from schemas.kafka.topics import CANCEL_KEPT_MS
from services.kafka.value import ConsumedRecord
from services.telemetry.log import get_log

log = get_log()

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
    """The cancelled jobs, by record key, and the calls under way.

    A cancel is forgotten when nothing of its job can come any more.

    Args:
        now_ms: The wall clock, in Unix milliseconds.
    """

    def __init__(self, now_ms: Callable[[], float] = lambda: time.time() * 1000) -> None:
        self._now_ms = now_ms
        self._cancelled: OrderedDict[bytes, float] = OrderedDict()
        self._calls: dict[bytes, asyncio.Task[Any]] = {}

    def __len__(self) -> int:
        """How many cancels are known."""
        return len(self._cancelled)

    def read(self, record: ConsumedRecord) -> bool:
        """Take in a record of job.control, and say whether it cancels a job."""
        if record.key is None or record.key.startswith(PROMOTION_KEY):
            return False
        if record.value is None:
            self._cancelled.pop(record.key, None)
            return False
        # The key says which job, so the value need not be read; but a later release may ask for
        # something else with it.
        schema = salvage_headers(record.headers).schema
        if is_schema_ahead(schema, CONTROL_SCHEMA):
            log.warning("control_ahead", schema=schema, offset=record.offset)
            return False
        self.note(record.key, record.timestamp_ms)
        return self.is_cancelled(record.key)

    def note(self, key: bytes, at_ms: float | None = None) -> None:
        """Take in that a job is cancelled. A call of it that is under way is closed.

        Args:
            at_ms: When that was asked for, in Unix milliseconds; None for now.
        """
        self._cancelled[key] = self._now_ms() if at_ms is None else at_ms
        self._cancelled.move_to_end(key)
        while self._cancelled and not self.is_cancelled(next(iter(self._cancelled))):
            self._cancelled.popitem(last=False)
        call = self._calls.get(key)
        if call is not None and self.is_cancelled(key):
            call.cancel()

    def is_cancelled(self, key: bytes) -> bool:
        """Whether the job with this key has been cancelled, as far as was heard."""
        at_ms = self._cancelled.get(key)
        return at_ms is not None and self._now_ms() - at_ms <= CANCEL_KEPT_MS

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
