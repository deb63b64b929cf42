"""Adds what results have taken, in the transaction of the fold that makes them results."""

from dataclasses import astuple, fields

from sqlalchemy import Connection, bindparam, select, update

from schemas.job.record import StageRecord
from schemas.stage import StageName
from services.gateway.database.upsert import insert_missing
from services.gateway.job.table import RESULTS
from services.gateway.status.change import FoldedBatch
from services.gateway.status.used import NOTHING_USED, Used, read_used
from services.gateway.usage.table import RESULT_USAGE

Key = tuple[StageName, int]
"""A stage and a partition."""

_C = RESULT_USAGE.c
_NAMES = tuple(field.name for field in fields(Used))
_ADD = (
    update(RESULT_USAGE)
    .where(_C.stage == bindparam("of_stage"), _C.partition == bindparam("of_partition"))
    .values({name: _C[name] + bindparam(f"more_{name}") for name in _NAMES})
)
_OLD = select(RESULTS.c.value).where(
    RESULTS.c.job_id == bindparam("of_job"), RESULTS.c.stage == bindparam("of_stage")
)


def save_usage(connection: Connection, batch: FoldedBatch) -> None:
    """Add what a batch's answers have taken. Comes before they take the place of others."""
    more: dict[Key, Used] = {}
    known = {change.job_id: change.before for change in batch.changes}
    # A record that was read twice is one answer.
    for fact in {(fact.job_id, fact.stage): fact for fact in batch.answers}.values():
        key, before = (fact.stage, fact.record.partition), known[fact.job_id]
        used = fact.used or NOTHING_USED
        if before is not None and before.fold.answer_of(fact.stage) is not None:
            used -= _read_old(connection, fact.job_id, fact.stage)
        more[key] = more.get(key, NOTHING_USED) + used
    rows = [(key, used) for key, used in sorted(more.items()) if used != NOTHING_USED]
    if not rows:
        return
    none = dict.fromkeys(_NAMES, 0)
    begun = [{"stage": stage, "partition": partition, **none} for (stage, partition), _ in rows]
    insert_missing(connection, RESULT_USAGE, begun)
    connection.execute(_ADD, [_write(key, used) for key, used in rows])


def _read_old(connection: Connection, job_id: str, stage: StageName) -> Used:
    """What the answer has taken whose place another one takes: of two, the first in its log."""
    value = connection.execute(_OLD, {"of_job": job_id, "of_stage": stage}).scalar()
    provenance = StageRecord.from_json(value).provenance.get(stage) if value else None
    return NOTHING_USED if provenance is None else read_used(provenance)


def _write(key: Key, used: Used) -> dict[str, object]:
    more = {f"more_{name}": value for name, value in zip(_NAMES, astuple(used), strict=True)}
    return {"of_stage": key[0], "of_partition": key[1], **more}
