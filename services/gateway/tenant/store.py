"""Reads and takes what a tenant has and uses. Several gateways take it in turn."""

from datetime import date

from sqlalchemy import Connection, bindparam, func, select, text, update

from schemas.api.status import JobState
from services.gateway.database.upsert import insert_missing
from services.gateway.job.reservation_store import ReservationState
from services.gateway.job.table import JOBS, RESERVATIONS
from services.gateway.tenant.table import REQUEST_WINDOWS, SPENDING

_W = REQUEST_WINDOWS.c
_OPEN_STATES = [state for state in JobState if not state.is_final]
_UNDER_WAY = (ReservationState.RESERVED, ReservationState.PUBLISHED)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('brainshare.tenant.' || :tenant))")
_OPEN = select(JOBS.c.job_id).where(
    JOBS.c.tenant == bindparam("of_tenant"),
    JOBS.c.status.in_(_OPEN_STATES),
    JOBS.c.is_shadow.is_(False),
)
_RESERVED = select(RESERVATIONS.c.job_id).where(
    RESERVATIONS.c.tenant == bindparam("of_tenant"), RESERVATIONS.c.state.in_(_UNDER_WAY)
)
_SPENT = select(SPENDING.c.micro_usd).where(
    SPENDING.c.tenant == bindparam("of_tenant"), SPENDING.c.day == bindparam("of_day")
)
_SUM_SPENT = select(func.sum(SPENDING.c.micro_usd)).where(SPENDING.c.day >= bindparam("since"))
_FIND_WINDOW = select(_W.minute, _W.taken).where(_W.tenant == bindparam("of_tenant"))
_TAKE = (
    update(REQUEST_WINDOWS)
    .where(_W.tenant == bindparam("of_tenant"))
    .values(minute=bindparam("new_minute"), taken=bindparam("new_taken"))
)


def lock_tenant(connection: Connection, tenant: str) -> None:
    """Let nobody else count a tenant's jobs until this transaction ends. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"tenant": tenant})


def count_open_of(connection: Connection, tenant: str, most: int) -> int:
    """How many jobs of a tenant are not final, those under way to Kafka too; counted up to most."""
    told = {"of_tenant": tenant}
    found = 0
    for query in (_OPEN, _RESERVED):
        counted = select(func.count()).select_from(query.limit(most - found).subquery())
        found += int(connection.execute(counted, told).scalar_one())
        if found >= most:
            break
    return found


def read_spent(connection: Connection, tenant: str, day: date) -> int:
    """What a tenant's calls have cost on a day, in millionths of a dollar."""
    return connection.execute(_SPENT, {"of_tenant": tenant, "of_day": day}).scalar() or 0


def sum_spent(connection: Connection, since: date) -> int:
    """What the calls of all tenants have cost since a day, in millionths of a dollar."""
    return int(connection.execute(_SUM_SPENT, {"since": since}).scalar() or 0)


def take_requests(
    connection: Connection, tenant: str, minute: int, wanted: int, most: int
) -> tuple[int, int]:
    """Take requests of a minute for this gateway to let through.

    Args:
        minute: Since 1970.

    Returns:
        How many were taken, and how many are left for all gateways.
    """
    insert_missing(connection, REQUEST_WINDOWS, [{"tenant": tenant, "minute": minute, "taken": 0}])
    row = connection.execute(_FIND_WINDOW.with_for_update(), {"of_tenant": tenant}).one()
    taken = row.taken if row.minute == minute else 0
    if row.minute > minute:  # the clock of another gateway is ahead: its minute counts
        taken, minute = row.taken, row.minute
    got = max(0, min(wanted, most - taken))
    told = {"of_tenant": tenant, "new_minute": minute, "new_taken": taken + got}
    connection.execute(_TAKE, told)
    return got, most - taken - got
