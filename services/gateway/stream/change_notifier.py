"""Tells waiting streams that rows of their job have changed; what changed they read themselves."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

EVERY = ""
"""Stands for all jobs."""


class Waiter:
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


class ChangeNotifier:
    """Wakes the streams of changed jobs. Lives on the event loop.

    Attributes:
        changes: Grows with each time that something has changed.
        watchers: How many streams there are.
    """

    def __init__(self) -> None:
        self._waiters: dict[str, set[Waiter]] = defaultdict(set)
        self._is_closing = False
        self.changes = 0
        self.watchers = 0

    @property
    def watched(self) -> list[str]:
        """The jobs that are watched."""
        return [job_id for job_id in self._waiters if job_id != EVERY]

    def watch(self, job_id: str, lasts_s: float | None = None) -> AbstractContextManager[Waiter]:
        """Watch a job."""
        return self.watch_any([job_id], lasts_s)

    @contextmanager
    def watch_any(self, job_ids: Sequence[str], lasts_s: float | None = None) -> Iterator[Waiter]:
        """Watch jobs, or `EVERY` one.

        What has changed before is the caller's to read, after this began.

        Args:
            lasts_s: When the watch ends by itself, in seconds from now; None for never.
        """
        waiter = Waiter()
        for job_id in job_ids:
            self._waiters[job_id].add(waiter)
        self.watchers += 1
        if self._is_closing:
            waiter.close()
        end = (
            None
            if lasts_s is None
            else asyncio.get_running_loop().call_later(lasts_s, waiter.close)
        )
        try:
            yield waiter
        finally:
            if end is not None:
                end.cancel()
            self.watchers -= 1
            for job_id in job_ids:
                self._waiters[job_id].discard(waiter)
                if not self._waiters[job_id]:
                    del self._waiters[job_id]

    def notify(self, job_ids: Iterable[str]) -> None:
        """Wake the streams of jobs whose new rows are committed, and those of all jobs."""
        changed = list(job_ids)
        self.changes += bool(changed)
        for job_id in (*changed, EVERY) if changed else ():
            for waiter in self._waiters.get(job_id, ()):
                waiter.notify()

    def notify_all(self) -> None:
        """Wake every stream: what has changed is not known."""
        self.notify([*self.watched, EVERY])

    def restart(self) -> None:
        """End all streams that there are: what they have told is of tables that are gone."""
        for waiters in self._waiters.values():
            for waiter in waiters:
                waiter.close()

    def close(self) -> None:
        """End all streams, those that come later too."""
        self._is_closing = True
        self.restart()
