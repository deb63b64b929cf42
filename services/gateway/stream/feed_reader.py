"""Reads and renders facts once for all who follow the same tenant from the same place."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.gateway.database.database import Database
from services.gateway.database.sight import Sight
from services.gateway.feed.store import FeedPage, read_page, read_snapshot
from services.gateway.job.view import show_item, show_summary
from services.gateway.stream.change_notifier import ChangeNotifier
from services.telemetry.metric import FEED_READS

PAGE = 200
"""Facts that are read, and held, at a time; and jobs of a snapshot."""

MOST_KEPT = 64


@dataclass(frozen=True)
class ToldFact:
    """A fact, as JSON."""

    place: int
    job_id: str
    body: bytes


@dataclass(frozen=True)
class ToldJob:
    """A job after its facts, as JSON, without what it came to."""

    job_id: str
    table_id: str
    body: bytes


@dataclass(frozen=True)
class ToldPage:
    """A page as it is told.

    Attributes:
        through: The place after which to go on.
        is_last: Whether there is no more for now.
    """

    facts: Sequence[ToldFact]
    jobs: Sequence[ToldJob]
    through: int
    is_last: bool


Key = tuple[Sight, int, tuple[str, ...], int]


class FeedReader:
    """Reads facts. What was read is kept until the next change, and handed to all who ask the same.

    Args:
        projection_id: Names the filling of the tables.
    """

    def __init__(
        self, database: Database, notifier: ChangeNotifier, projection_id: Callable[[], str]
    ) -> None:
        self._database = database
        self._notifier = notifier
        self._projection_id = projection_id
        self._pages: OrderedDict[Key, asyncio.Task[ToldPage | None]] = OrderedDict()
        self._changes = 0

    async def read(
        self, sight: Sight, after: int, job_ids: Sequence[str] = (), limit: int = PAGE
    ) -> ToldPage | None:
        """What is new after a place, of these jobs or of all that are seen.

        Returns:
            None where the tables do not go on there.
        """
        if self._changes != self._notifier.changes:
            self._changes = self._notifier.changes
            self._pages.clear()
        key = (sight, after, tuple(job_ids), limit)
        task = self._pages.get(key)
        FEED_READS.labels("tables" if task is None else "shared").inc()
        if task is None:
            task = self._pages[key] = asyncio.create_task(self._read(*key))
            task.add_done_callback(lambda done: self._settle(key, done))
            if len(self._pages) > MOST_KEPT:
                self._pages.popitem(last=False)
        return await asyncio.shield(task)

    async def read_snapshot(self, sight: Sight, job_ids: Sequence[str]) -> ToldPage:
        """Jobs as they are, and the place after which to go on: the newest, or named ones."""
        page = await self._database.read(read_snapshot, sight, job_ids, PAGE)
        return self._tell(page)

    async def _read(
        self, sight: Sight, after: int, job_ids: Sequence[str], limit: int
    ) -> ToldPage | None:
        page = await self._database.read(read_page, sight, after, limit, job_ids)
        return None if page is None else self._tell(page)

    def _tell(self, page: FeedPage) -> ToldPage:
        named = self._projection_id()
        facts = [
            ToldFact(fact.place or 0, fact.job_id, show_item(fact, named).to_json())
            for fact in page.facts
        ]
        shown = [(job.job_id, show_summary(job)) for job in page.jobs]
        jobs = [ToldJob(job_id, job.table_id, job.to_json()) for job_id, job in shown]
        return ToldPage(facts, jobs, page.through, page.is_last)

    def _settle(self, key: Key, done: asyncio.Task[ToldPage | None]) -> None:
        if done.cancelled() or done.exception() is not None:
            # Whoever waits is told; who comes next tries again.
            self._pages.pop(key, None)
