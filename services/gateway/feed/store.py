"""Reads facts of all jobs in their order, and the jobs as they are after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, bindparam, func, select, update

from services.gateway.database.place import newest_first
from services.gateway.database.sight import Sight, narrow, narrow_list
from services.gateway.feed.table import FEED
from services.gateway.job.reservation_store import iterate_published
from services.gateway.job.store import (
    HISTORY_COLUMNS,
    StoredItem,
    StoredJob,
    find_job,
    read_job,
    read_reservation,
)
from services.gateway.job.table import HISTORY, JOBS


@dataclass(frozen=True)
class FeedPage:
    """What there is after a place.

    Attributes:
        jobs: Those of the facts, as they are now.
        through: The place after which to go on.
        is_last: Whether there is no more for now.
    """

    facts: Sequence[StoredItem]
    jobs: Sequence[StoredJob]
    through: int
    is_last: bool


_FACTS = (
    select(*HISTORY_COLUMNS)
    .where(HISTORY.c.place > bindparam("after"))
    .order_by(HISTORY.c.place)
    .limit(bindparam("most"))
)
_JOBS = select(JOBS).where(JOBS.c.job_id.in_(bindparam("ids", expanding=True)))
_NEWEST = select(JOBS).where(JOBS.c.is_shadow.is_(False)).order_by(*newest_first(JOBS))
_LAST_OF = select(func.max(HISTORY.c.place)).where(
    HISTORY.c.job_id.in_(bindparam("ids", expanding=True))
)


def read_page(
    connection: Connection, sight: Sight, after: int, limit: int, job_ids: Sequence[str] = ()
) -> FeedPage | None:
    """Facts after a place, of these jobs or of all that are seen.

    None where the tables do not go on there.

    That is so where some of them have been removed, and where the place is to come.
    """
    bounds = read_bounds(connection)
    if bounds is None or not bounds[0] <= after <= bounds[1]:
        return None
    if job_ids:
        # So few go by the index of the jobs, however much has happened to others meanwhile.
        query = narrow(_FACTS, HISTORY, sight).where(HISTORY.c.job_id.in_(job_ids))
    else:
        query = narrow_list(_FACTS, HISTORY, sight)
    rows = connection.execute(query, {"after": after, "most": limit})
    facts = [StoredItem(*row) for row in rows]
    is_last = len(facts) < limit
    through = bounds[1] if is_last else facts[-1].place or after
    ids = list(dict.fromkeys(fact.job_id for fact in facts))
    jobs = map(read_job, connection.execute(_JOBS, {"ids": ids})) if ids else ()
    return FeedPage(facts, list(jobs), through, is_last)


def read_snapshot(
    connection: Connection, sight: Sight, job_ids: Sequence[str], limit: int
) -> FeedPage:
    """Jobs as they are, and the place after which to go on: the newest, or named ones."""
    bounds = read_bounds(connection) or (0, 0)
    if job_ids:
        found = [find_job(connection, job_id, sight) for job_id in job_ids]
        return FeedPage((), [job for job in found if job], bounds[1], is_last=True)
    newest_of = narrow_list(_NEWEST, JOBS, sight).limit(limit)
    jobs = [read_job(row) for row in connection.execute(newest_of)]
    new = islice(iterate_published(connection, sight, None), limit)
    jobs += map(read_reservation, new)
    newest = sorted(jobs, key=lambda job: job.place, reverse=True)[:limit]
    return FeedPage((), newest, bounds[1], is_last=True)


def read_bounds(connection: Connection) -> tuple[int, int] | None:
    """The place up to which facts have been removed, and the last one; None before the first."""
    row = connection.execute(select(FEED.c.removed_place, FEED.c.last_place)).first()
    return None if row is None else (row.removed_place, row.last_place)


def note_removal(connection: Connection, job_ids: Sequence[str]) -> None:
    """Before facts of jobs are removed because they are old: nobody goes on before them."""
    last = connection.execute(_LAST_OF, {"ids": list(job_ids)}).scalar()
    if last is not None:
        older = update(FEED).where(FEED.c.removed_place < last)
        connection.execute(older.values(removed_place=last))
