"""Counts what both sides hold, per day, with a checksum; and says in words what differs."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, func, select

from services.gateway.aside.table import DIFFERENCES, LEFT_OUT, Tables
from services.gateway.job.table import HISTORY, JOBS, RESULTS
from services.gateway.rebuild.comparison_store import CHANGED, EXTRA, MISSING, NUMBERS
from services.gateway.rebuild.report import Day, Difference, Spent, Tally
from services.gateway.tenant.table import SPENDING
from services.gateway.tombstone.table import TOMBSTONES
from services.gateway.usage.table import RESULT_USAGE

AT_A_TIME = 1_000
CHECKSUM_BYTES = 8
MODULUS = 1 << (8 * CHECKSUM_BYTES)
DAY_US = 86_400_000_000

TOLD = ("status", "version", "accepted_us", "due_us", "is_shadow", "state", "attempts", "redrive")
"""Columns whose values may be shown: no user has written them."""

HOW = {
    MISSING: "{part}: {count} that the topics hold, missing",
    CHANGED: "{part}: {count} changed",
    EXTRA: "{part}: {count} that the topics do not hold",
    NUMBERS: "{part}: its facts are not numbered from 1 on",
}


def tally_days(connection: Connection, live: Tables) -> list[Day]:
    """What each side holds of each day, without the jobs that are left out."""
    here = _tally(connection, JOBS, RESULTS, HISTORY)
    there = _tally(connection, *(live[table.name] for table in (JOBS, RESULTS, HISTORY)))
    none = Tally()
    return [Day(day, there.get(day, none), here.get(day, none)) for day in sorted({*here, *there})]


def _tally(
    connection: Connection, jobs: Table, results: Table, history: Table
) -> dict[date, Tally]:
    days: dict[date, Tally] = {}
    job, result, fact = jobs.alias("j"), results.alias("r"), history.alias("h")
    is_in = job.c.job_id.not_in(select(LEFT_OUT.c.job_id))
    columns = [column for column in job.c if column.name not in ("accepted_us", "tenant")]
    for row in _stream(connection, select(job.c.accepted_us, *columns).where(is_in)):
        tally = days.setdefault(_day(row.accepted_us), Tally())
        tally.states[row.status] = tally.states.get(row.status, 0) + 1
        _add(tally, row)
    of_job = job.c.job_id == result.c.job_id
    answers = select(job.c.accepted_us, result).join_from(job, result, of_job).where(is_in)
    for row in _stream(connection, answers):
        _add(days[_day(row.accepted_us)], row)
    of_job = job.c.job_id == fact.c.job_id
    counted = select(job.c.accepted_us, func.count().label("facts")).join_from(job, fact, of_job)
    for row in _stream(connection, counted.where(is_in).group_by(job.c.job_id, job.c.accepted_us)):
        days[_day(row.accepted_us)].facts += row.facts
    return days


def _add(tally: Tally, row: Any) -> None:
    digest = blake2b(repr(tuple(row)[1:]).encode(), digest_size=CHECKSUM_BYTES).digest()
    tally.checksum = (tally.checksum + int.from_bytes(digest)) % MODULUS


def _stream(connection: Connection, query: Any) -> Iterable[Any]:
    with connection.execute(query, execution_options={"yield_per": AT_A_TIME}) as rows:
        yield from rows


def _day(accepted_us: int) -> date:
    return datetime.fromtimestamp(accepted_us / 1_000_000, UTC).date()


def name_differences(connection: Connection, live: Tables, limit: int) -> list[Difference]:
    """The first jobs that differ, and in what."""
    job_id, part, how = DIFFERENCES.c.job_id, DIFFERENCES.c.part, DIFFERENCES.c.how
    first = select(job_id).distinct().order_by(job_id).limit(limit).subquery()
    query = select(job_id, part, how, func.count()).where(job_id.in_(select(first.c.job_id)))
    told: dict[str, list[str]] = {}
    for row in connection.execute(query.group_by(job_id, part, how).order_by(job_id, part, how)):
        told.setdefault(row[0], []).append(HOW[row[2]].format(part=row[1], count=row[3]))
    return [_name(connection, live, job_id, parts) for job_id, parts in told.items()]


def _name(connection: Connection, live: Tables, job_id: str, parts: list[str]) -> Difference:
    here = _find(connection, JOBS, job_id)
    there = _find(connection, live[JOBS.name], job_id)
    known = here or there
    day = None if known is None else _day(known.accepted_us)
    if here is None or there is None:
        return Difference(job_id, day, tuple(parts))
    names = [column.name for column in JOBS.columns]
    pairs = [(n, getattr(there, n), getattr(here, n)) for n in names]
    other = [pair for pair in pairs if pair[1] != pair[2]]
    return Difference(job_id, day, (*parts, *(_tell(*pair) for pair in other)))


def _tell(name: str, live: object, anew: object) -> str:
    if name not in TOLD:
        return f"jobs.{name} is not what the topics say"
    return f"jobs.{name} is {live}, and {anew} by the topics"


def _find(connection: Connection, table: Table, job_id: str) -> Any:
    return connection.execute(select(table).where(table.c.job_id == job_id)).first()


def list_differing_sums(connection: Connection, live: Tables) -> list[Table]:
    """The tables of sums over jobs that differ, where the topics hold all of those jobs."""
    if not _is_whole(connection):
        return []
    return [anew for anew in (SPENDING, RESULT_USAGE) if _differs(connection, anew, live)]


def _differs(connection: Connection, anew: Table, live: Tables) -> bool:
    here, there = (
        {tuple(row) for row in connection.execute(select(*(t.c[c.name] for c in anew.c)))}
        for t in (anew, live[anew.name])
    )
    return here != there


def _is_whole(connection: Connection) -> bool:
    """Whether no job is left out or gone, of which the topics do not say what it has cost."""
    return not (_is_any(connection, LEFT_OUT) or _is_any(connection, TOMBSTONES))


def compare_spending(connection: Connection, live: Tables) -> list[Spent]:
    """Where money differs. What jobs have cost that are left out or gone, the topics do not say."""
    if not _is_whole(connection):
        return []
    here, there = _read_spending(connection, SPENDING), _read_spending(connection, live["spending"])
    keys: Sequence[tuple[str, date]] = sorted({*here, *there})
    both = [Spent(*key, there.get(key, 0), here.get(key, 0)) for key in keys]
    return [spent for spent in both if spent.live != spent.anew]


def _read_spending(connection: Connection, table: Table) -> dict[tuple[str, date], int]:
    return {(row.tenant, row.day): row.micro_usd for row in connection.execute(select(table))}


def _is_any(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None
