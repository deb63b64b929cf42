"""Tells waiting streams that rows of their job have changed; what changed they read themselves."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Watch:
    """One stream's wait for changes of one job."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._is_closing = False

    async def wait(self) -> bool:
        """Wait for a change since the last `wait` began.

        Returns:
            False when the gateway is stopping and the stream is to end.
        """
        await self._changed.wait()
        self._changed.clear()
        return not self._is_closing

    def notify(self) -> None:
        """Let `wait` return."""
        self._changed.set()

    def close(self) -> None:
        """Let this and every further `wait` return False."""
        self._is_closing = True
        self._changed.set()


class WakeUp:
    """Wakes the streams of changed jobs. Lives on the event loop."""

    def __init__(self) -> None:
        self._watches: dict[str, set[Watch]] = defaultdict(set)
        self._is_closing = False

    @contextmanager
    def watch(self, job_id: str) -> Iterator[Watch]:
        """Watch a job; what has changed before is the caller's to read, after this began."""
        watch = Watch()
        self._watches[job_id].add(watch)
        if self._is_closing:
            watch.close()
        try:
            yield watch
        finally:
            self._watches[job_id].discard(watch)
            if not self._watches[job_id]:
                del self._watches[job_id]

    def notify(self, job_ids: Iterable[str]) -> None:
        """Wake the streams of jobs whose new rows are committed."""
        for job_id in job_ids:
            for watch in self._watches.get(job_id, ()):
                watch.notify()

    def close(self) -> None:
        """End all streams, those that come later too."""
        self._is_closing = True
        for watches in self._watches.values():
            for watch in watches:
                watch.close()
