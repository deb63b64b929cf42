"""Bounds what a stage holds by bytes, whatever waits: records in the buffer, and open ones.

Faust fills its buffer while the stage is slow or parked, and counts records only, whatever their
size. Under pressure it takes a partition out of its polls, in which nothing is revoked and
heartbeats go on; here bytes make that pressure, too, and those that are done take it away.
"""

from collections.abc import Callable
from typing import Any

from mode.utils.queues import ThrowableQueue


class HeldBytes:
    """What was fetched and is not done, in bytes.

    Args:
        most: No more is fetched from here on, until half of it is done.

    Attributes:
        waiting: Bytes of records in the buffer.
        open: Bytes of records that were pulled and are not done.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._listeners: list[Callable[[], None]] = []
        self.waiting = 0
        self.open = 0

    @property
    def total(self) -> int:
        """All that is held."""
        return self.waiting + self.open

    @property
    def is_full(self) -> bool:
        """Whether no more is to be fetched."""
        return self.total >= self._most

    @property
    def is_low(self) -> bool:
        """Whether fetching may go on."""
        return self.total <= self._most // 2

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this whenever an open record is done."""
        self._listeners.append(listener)

    def close(self, size: int) -> None:
        """Take in that an open record of so many bytes is done."""
        self.open -= size
        for listener in self._listeners:
            listener()


class StreamBuffer(ThrowableQueue[Any]):
    """Faust's buffer between consumer and actor, under pressure also by bytes."""

    def __init__(self, maxsize: int = 0, *, held: HeldBytes, **options: Any) -> None:
        super().__init__(maxsize, **options)
        self._held = held
        held.listen(self.maybe_endorse_pressure_drop)

    def in_pressure_high_state(self, callback: Callable[[], None]) -> bool:
        """Whether a partition is to be left out from now on, until `callback` is called."""
        if callback in self._pending_pressure_drop_callbacks:
            return False
        if self.qsize() < self.pressure_high_size and not self._held.is_full:
            return False
        self._pending_pressure_drop_callbacks.add(callback)
        return True

    def maybe_endorse_pressure_drop(self) -> None:
        """Take all partitions in again once there is room."""
        if self.qsize() <= self.pressure_drop_size and self._held.is_low:
            self._relax()

    def clear(self) -> None:
        """Drop what waits. It happens at a rebalance, of which no partition may stay left out."""
        for event in self._queue:  # type: ignore[attr-defined]
            self._held.waiting -= _size(event)
        super().clear()
        self._relax()

    def _relax(self) -> None:
        while self._pending_pressure_drop_callbacks:
            self._pending_pressure_drop_callbacks.pop()()

    def _put(self, item: Any) -> None:
        self._held.waiting += _size(item)
        super()._put(item)

    def _get(self) -> Any:
        item = super()._get()
        self._held.waiting -= _size(item)
        return item


def count_bytes(message: Any) -> int:
    """The bytes of a consumed message."""
    headers = sum(len(name) + len(value) for name, value in message.headers or ())
    return len(message.key or b"") + len(message.value or b"") + headers


def _size(event: Any) -> int:
    return count_bytes(event.message)
