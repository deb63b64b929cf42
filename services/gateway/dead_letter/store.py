"""Reads dead letters.

What the topics tell of a letter is in its row, and that it was discarded, too. A redrive is in the
own tables, and counts while the topics still call the letter open.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, select, tuple_

from schemas.api.dead_letter import LetterState
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.gateway.database.place import Place, Span
from services.gateway.database.sight import ALL_TENANTS, Sight, narrow
from services.gateway.dead_letter.redrive_store import RedriveState
from services.gateway.dead_letter.state import LetterKey
from services.gateway.dead_letter.stored_letter import (
    LetterFilter,
    StoredGroup,
    StoredLetter,
    read_letter,
)
from services.gateway.dead_letter.table import DEAD_LETTERS, DISCARDS, REDRIVES

MAX_GROUPS = 200

_C = DEAD_LETTERS.c
_STATE = case(
    (_C.state != LetterState.OPEN, _C.state),
    (REDRIVES.c.state == RedriveState.PUBLISHED, LetterState.REDRIVEN.value),
    else_=LetterState.OPEN.value,
)
_ROW_STATES = {LetterState.REDRIVEN: (LetterState.REDRIVEN, LetterState.OPEN)}
"""What the row of a letter in a state says, where that can be another one."""
_DESK = DEAD_LETTERS.outerjoin(
    DISCARDS,
    and_(
        DISCARDS.c.job_id == _C.job_id,
        DISCARDS.c.stage == _C.stage,
        DISCARDS.c.redrive == _C.redrive,
    ),
).outerjoin(
    REDRIVES,
    and_(
        REDRIVES.c.job_id == _C.job_id,
        REDRIVES.c.stage == _C.stage,
        REDRIVES.c.redrive == _C.redrive + 1,
    ),
)
_SHOWN = [column for column in _C if column.name not in ("state", "value")]
_LIST = select(
    *_SHOWN, _STATE.label("state"), DISCARDS.c.reason, DISCARDS.c.by, DISCARDS.c.at_us
).select_from(_DESK)
_FIND = _LIST.add_columns(_C.value).where(_C.letter_id == bindparam("id"))
_LIST_OF_JOB = _LIST.where(_C.job_id == bindparam("id")).order_by(_C.redrive)
_OPEN_AMONG = (
    select(_C.job_id)
    .select_from(_DESK)
    .where(_C.job_id.in_(bindparam("ids", expanding=True)), _STATE == LetterState.OPEN)
)
_PLACE: Any = tuple_(*(_C.failed_us, _C.letter_id))
_GROUP_KEY = (_C.stage, _C.error_kind, _C.fingerprint)
_COUNT = func.count()
_COUNTS = select(_C.stage, _C.error_kind, _COUNT).select_from(_DESK)
_COUNT_EARLIER = select(_COUNT).where(
    _C.job_id == bindparam("of_job"),
    _C.stage == bindparam("of_stage"),
    _C.redrive < bindparam("of_redrive"),
)
_GROUPS = (
    select(
        *_GROUP_KEY, func.min(_C.message), _COUNT, func.min(_C.failed_us), func.max(_C.failed_us)
    )
    .select_from(_DESK)
    .group_by(*_GROUP_KEY)
    .order_by(_COUNT.desc(), _C.fingerprint)
    .limit(MAX_GROUPS)
)


def find_letter(connection: Connection, letter_id: str, sight: Sight) -> StoredLetter | None:
    """One dead letter with its value, if it is seen."""
    row = connection.execute(narrow(_FIND, DEAD_LETTERS, sight), {"id": letter_id}).first()
    return None if row is None else read_letter(row, row.value)


def list_letters_of(connection: Connection, job_id: str, sight: Sight) -> list[StoredLetter]:
    """The dead letters of a job that is seen, the latest last, without their values."""
    query = narrow(_LIST_OF_JOB, DEAD_LETTERS, sight)
    return [read_letter(row, None) for row in connection.execute(query, {"id": job_id})]


def list_open_jobs(connection: Connection, job_ids: Sequence[str]) -> frozenset[str]:
    """Those of the jobs that a dead letter keeps open."""
    rows = connection.execute(_OPEN_AMONG, {"ids": list(job_ids)})
    return frozenset(rows.scalars())


def count_earlier(connection: Connection, key: LetterKey) -> int:
    """How often the stage has given up on the job before: as often as that was put back."""
    job_id, stage, redrive = key
    told = {"of_job": job_id, "of_stage": stage, "of_redrive": redrive}
    return connection.execute(_COUNT_EARLIER, told).scalar_one()


def list_letters(
    connection: Connection, wanted: LetterFilter, after: Place | None, limit: int
) -> list[StoredLetter]:
    """Dead letters, newest first, without their values."""
    query = _narrow(_LIST, wanted).order_by(_C.failed_us.desc(), _C.letter_id.desc()).limit(limit)
    if after is not None:
        query = query.where((after.at_us, after.id) > _PLACE)
    return [read_letter(row, None) for row in connection.execute(query)]


def list_oldest(
    connection: Connection, wanted: LetterFilter, span: Span, limit: int
) -> list[StoredLetter]:
    """Dead letters of a span, oldest first, without their values."""
    query = _narrow(_LIST, wanted).order_by(_C.failed_us, _C.letter_id).limit(limit)
    query = query.where((span.until.at_us, span.until.id) >= _PLACE)
    if span.after is not None:
        query = query.where((span.after.at_us, span.after.id) < _PLACE)
    return [read_letter(row, None) for row in connection.execute(query)]


def list_groups(connection: Connection, wanted: LetterFilter) -> list[StoredGroup]:
    """Dead letters by what failed, the largest group first."""
    rows = connection.execute(_narrow(_GROUPS, wanted))
    return [StoredGroup(StageName(r[0]), ErrorKind(r[1]), *r[2:]) for r in rows]


def count_open_letters(connection: Connection) -> dict[tuple[StageName, ErrorKind], int]:
    """How many dead letters of each stage and kind wait for a person."""
    query = _narrow(_COUNTS, LetterFilter(ALL_TENANTS, LetterState.OPEN))
    query = query.group_by(_C.stage, _C.error_kind)
    counts = dict.fromkeys(product(StageName, ErrorKind), 0)
    for stage, kind, count in connection.execute(query):
        counts[StageName(stage), ErrorKind(kind).shown] += count
    return counts


def _narrow(query: Any, wanted: LetterFilter) -> Any:
    conditions = (
        (_STATE, wanted.state),
        (_C.stage, wanted.stage),
        (_C.fingerprint, wanted.fingerprint),
    )
    query = narrow(query, DEAD_LETTERS, wanted.sight)
    if wanted.state is not None:
        # The part of it that has an index.
        query = query.where(_C.state.in_(_ROW_STATES.get(wanted.state, (wanted.state,))))
    if wanted.kind is not None:
        query = query.where(_is_kind(wanted.kind))
    return query.where(*(column == value for column, value in conditions if value is not None))


def _is_kind(kind: ErrorKind) -> Any:
    """Those of a later release are kept as they were written, and asked for as unknown."""
    if kind is not ErrorKind.UNKNOWN:
        return _C.error_kind == kind
    return _C.error_kind.not_in([known for known in ErrorKind if known is not kind])
