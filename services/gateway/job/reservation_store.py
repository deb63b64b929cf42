"""Reservations: which job an idempotency key stands for, and whether it is in Kafka.

    reserved -> published -> projected        refused -> published, when the key is posted again

Reserved: the broker has not answered yet. Refused: it did not ack in time, so nobody was told that
the job is accepted. Projected: the projection answers for the job. The record is let go once a
stage has answered, whose record holds it, or the job has ended: it is in no other table before.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, literal, select, update

from schemas.job.record import StageRecord
from schemas.tenant import DEFAULT_TENANT
from services.gateway.database.moment import LATEST, from_us, to_us
from services.gateway.database.place import Place, is_after, newest_first
from services.gateway.database.sight import Sight, is_no_canary, narrow, narrow_list
from services.gateway.database.upsert import insert_missing
from services.gateway.job.table import RESERVATIONS
from services.gateway.status.fold import JobFold, read_fold, read_subject, write_fold


class ReservationState(StrEnum):
    """How far the writes of a POST have come."""

    RESERVED = "reserved"
    PUBLISHED = "published"
    REFUSED = "refused"
    PROJECTED = "projected"


@dataclass(frozen=True)
class Reservation:
    """A job that was asked for.

    Attributes:
        key: The client's idempotency key, None when it gave none. Another tenant's is another one.
        request_digest: SHA-256 of the request in its canonical form, in hex.
        value: The record to publish; b"" once the job has an answer or has ended, and in lists.
        fold: What is known of it. Of an older release's, once the projection answers, nothing.
        is_new: Whether this post made it.
    """

    job_id: str
    key: str | None
    request_digest: str
    accepted_at: datetime
    value: bytes
    fold: JobFold
    state: ReservationState = ReservationState.RESERVED
    is_new: bool = False
    tenant: str = DEFAULT_TENANT


SOURCE = (-1, -1)
READ_AT_A_TIME = 100

_HAS_ID = RESERVATIONS.c.job_id == bindparam("id")
_IS_PUBLISHED = RESERVATIONS.c.state == ReservationState.PUBLISHED
_UPDATE = update(RESERVATIONS).where(_HAS_ID)

_FIND = select(RESERVATIONS).where(_HAS_ID)
# A list of large jobs must not load them; rows of an older release say nothing but their value.
_VALUE = case((RESERVATIONS.c.fold.is_(None), RESERVATIONS.c.value), else_=literal(b""))
_SHOWN = [column for column in RESERVATIONS.c if column.name != "value"]
_PUBLISHED = select(*_SHOWN, _VALUE.label("value")).where(_IS_PUBLISHED)
_FIND_PUBLISHED = _PUBLISHED.where(_HAS_ID)
_LIST_PUBLISHED = _PUBLISHED.order_by(*newest_first(RESERVATIONS))
_LIST_RESERVED = (
    select(RESERVATIONS)
    .where(
        RESERVATIONS.c.state == ReservationState.RESERVED,
        RESERVATIONS.c.job_id > bindparam("after"),
        RESERVATIONS.c.accepted_us < bindparam("before_us"),
    )
    .order_by(RESERVATIONS.c.job_id)
    .limit(bindparam("most"))
)
_TENANTS = select(RESERVATIONS.c.job_id, RESERVATIONS.c.tenant).where(
    RESERVATIONS.c.job_id.in_(bindparam("ids", expanding=True))
)
_COUNT_PUBLISHED = select(func.count()).where(_IS_PUBLISHED, is_no_canary(RESERVATIONS))
_SET_STATE = _UPDATE.where(RESERVATIONS.c.state != ReservationState.PROJECTED).values(
    state=bindparam("new_state")
)
_RENEW = _UPDATE.values(
    state=ReservationState.RESERVED,
    accepted_us=bindparam("new_accepted_us"),
    value=bindparam("new_value"),
    fold=bindparam("new_fold"),
)
_LET_GO = _UPDATE.values(state=ReservationState.PROJECTED, value=b"", fold=None)
_KEEP = _UPDATE.values(state=ReservationState.PROJECTED, fold=None)
_FORGET = _UPDATE.where(RESERVATIONS.c.state == ReservationState.PROJECTED).values(value=b"")
_REQUEST = select(RESERVATIONS.c.value).where(_HAS_ID)
_LET_ALL_GO = update(RESERVATIONS).where(_IS_PUBLISHED)


def fold_accepted(record: StageRecord) -> JobFold:
    """What is known of a job that is accepted, and to which nothing has happened yet."""
    return JobFold(read_subject(record, SOURCE), to_us(record.job.accepted_at) // 1000)


def reserve(connection: Connection, wanted: Reservation) -> Reservation:
    """Take a key for a job, or find the job that it was taken for."""
    if insert_missing(connection, RESERVATIONS, [_write(wanted)]):
        return replace(wanted, is_new=True)
    return _read(connection.execute(_FIND, {"id": wanted.job_id}).one())


def renew(connection: Connection, wanted: Reservation) -> None:
    """Begin again with a job that neither Kafka nor the projection holds any more."""
    new = {f"new_{name}": _write(wanted)[name] for name in ("accepted_us", "value", "fold")}
    connection.execute(_RENEW, {"id": wanted.job_id, **new})


def set_state(connection: Connection, job_id: str, state: ReservationState) -> None:
    """Note what the broker said; where the projection has the job already, it knows better."""
    connection.execute(_SET_STATE, {"id": job_id, "new_state": state})


def let_go(
    connection: Connection, job_ids: Sequence[str], waiting: Collection[str] = frozenset()
) -> None:
    """Leave jobs to the projection.

    Args:
        waiting: Those of them whose request nothing else in the tables holds yet: it stays.
    """
    for statement, ids in (
        (_LET_GO, [job_id for job_id in job_ids if job_id not in waiting]),
        (_KEEP, [job_id for job_id in job_ids if job_id in waiting]),
    ):
        if ids:
            connection.execute(statement, [{"id": job_id} for job_id in ids])


def forget_requests(connection: Connection, job_ids: Sequence[str]) -> None:
    """Let go of the requests of jobs that have an answer, or have ended."""
    if job_ids:
        connection.execute(_FORGET, [{"id": job_id} for job_id in job_ids])


def find_request(connection: Connection, job_id: str) -> bytes | None:
    """The record that a job was posted with; None where it is not kept."""
    value = connection.execute(_REQUEST, {"id": job_id}).scalar()
    return bytes(value) if value else None


def let_all_go(connection: Connection) -> None:
    """Leave every published job to a new projection, which finds it if the topics hold it."""
    connection.execute(_LET_ALL_GO.values(state=ReservationState.PROJECTED))


def find_tenants(connection: Connection, job_ids: Sequence[str]) -> dict[str, str]:
    """Who has posted jobs here of which no record that could be read says it yet."""
    if not job_ids:
        return {}
    rows = connection.execute(_TENANTS, {"ids": list(job_ids)})
    return {row.job_id: row.tenant for row in rows}


def find_published(connection: Connection, job_id: str, sight: Sight) -> Reservation | None:
    """A job that is in Kafka and not in the projection yet."""
    query = narrow(_FIND_PUBLISHED, RESERVATIONS, sight)
    row = connection.execute(query, {"id": job_id}).first()
    return None if row is None else _read(row)


def list_reserved(
    connection: Connection, after: str, limit: int, before: datetime = LATEST
) -> list[Reservation]:
    """Jobs whose publishing has no known end: under way, or cut off by a crash.

    Args:
        after: The job id after which the page begins, "" for the first one.
        before: Those that were asked for earlier.
    """
    told = {"after": after, "most": limit, "before_us": to_us(before)}
    rows = connection.execute(_LIST_RESERVED, told)
    return [_read(row) for row in rows]


def iterate_published(
    connection: Connection, sight: Sight, after: Place | None
) -> Iterator[Reservation]:
    """Jobs that are in Kafka and not in the projection yet, newest first, a few at a time."""
    listed = narrow_list(_LIST_PUBLISHED, RESERVATIONS, sight).limit(READ_AT_A_TIME)
    while True:
        query = listed if after is None else listed.where(is_after(RESERVATIONS, after))
        page = [_read(row) for row in connection.execute(query)]
        yield from page
        if len(page) < READ_AT_A_TIME:
            return
        after = Place(to_us(page[-1].accepted_at), page[-1].job_id)


def count_published(connection: Connection) -> int:
    """How many jobs are in Kafka and not in the projection yet."""
    return connection.execute(_COUNT_PUBLISHED).scalar_one()


def _write(reservation: Reservation) -> dict[str, Any]:
    return {
        "job_id": reservation.job_id,
        "idempotency_key": reservation.key,
        "fingerprint": reservation.request_digest,
        "state": reservation.state,
        "accepted_us": to_us(reservation.accepted_at),
        "value": reservation.value,
        "fold": write_fold(reservation.fold),
        "tenant": reservation.tenant,
    }


def _read(row: Any) -> Reservation:
    return Reservation(
        job_id=row.job_id,
        key=row.idempotency_key,
        request_digest=row.fingerprint,
        accepted_at=from_us(row.accepted_us),
        value=row.value,
        fold=_read_fold(row),
        state=ReservationState(row.state),
        tenant=row.tenant,
    )


def _read_fold(row: Any) -> JobFold:
    if row.fold is not None:
        return read_fold(row.fold)
    if row.value:
        return fold_accepted(StageRecord.from_json(row.value))
    return JobFold(None, row.accepted_us // 1000)
