"""Tombstones in the tables: set where a job is taken out, looked at where one is not found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from services.gateway.database.moment import from_us, to_us
from services.gateway.database.sight import Sight, narrow
from services.gateway.database.upsert import upsert
from services.gateway.tombstone.table import TOMBSTONES


class Cause(StrEnum):
    """Why a job is gone."""

    PRUNED = "pruned"
    DELETED = "deleted"


@dataclass(frozen=True)
class Tombstone:
    """A job that is gone."""

    job_id: str
    tenant: str | None
    cause: Cause
    accepted_us: int
    gone_at: datetime


_C = TOMBSTONES.c
_FIND = select(TOMBSTONES).where(_C.job_id == bindparam("id"))
_AMONG = select(_C.job_id).where(_C.job_id.in_(bindparam("ids", expanding=True)))
_OLD = select(_C.job_id).where(_C.gone_us < bindparam("before_us")).limit(bindparam("most"))
_FORGET = delete(TOMBSTONES).where(_C.job_id.in_(bindparam("ids", expanding=True)))


def set_tombstones(connection: Connection, gone: Sequence[Tombstone]) -> None:
    """Note that jobs are gone."""
    upsert(connection, TOMBSTONES, [_write(one) for one in gone])


def find_tombstone(connection: Connection, job_id: str, sight: Sight) -> Tombstone | None:
    """What is known of a job that is gone, if it was seen."""
    row = connection.execute(narrow(_FIND, TOMBSTONES, sight), {"id": job_id}).first()
    return None if row is None else _read(row)


def find_gone(connection: Connection, job_ids: Collection[str]) -> frozenset[str]:
    """Those of the jobs that are gone."""
    if not job_ids:
        return frozenset()
    return frozenset(connection.execute(_AMONG, {"ids": list(job_ids)}).scalars())


def forget_tombstones(connection: Connection, before: datetime, limit: int) -> int:
    """Let go of jobs that have been gone for so long that no topic has a record of them.

    Returns:
        How many those were.
    """
    told = {"before_us": to_us(before), "most": limit}
    old = list(connection.execute(_OLD, told).scalars())
    if old:
        connection.execute(_FORGET, {"ids": old})
    return len(old)


def _write(one: Tombstone) -> dict[str, Any]:
    return {
        "job_id": one.job_id,
        "tenant": one.tenant,
        "cause": one.cause,
        "accepted_us": one.accepted_us,
        "gone_us": to_us(one.gone_at),
    }


def _read(row: Any) -> Tombstone:
    cause, gone_at = Cause(row.cause), from_us(row.gone_us)
    return Tombstone(row.job_id, row.tenant, cause, row.accepted_us, gone_at)
