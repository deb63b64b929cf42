"""Finds jobs that have not ended, with what the tables hold of them, and adopts a cluster."""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select, update

from schemas.api.status import JobState
from schemas.stage import StageName
from services.gateway.database.sight import is_no_canary
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.job.reservation_store import ReservationState, find_request
from services.gateway.job.table import JOBS, RESERVATIONS, RESULTS
from services.gateway.projection.store import load_projection
from services.gateway.projection.table import PROJECTION
from services.gateway.rehydrate.job_record import OpenJob
from services.gateway.status.fold import JobFold, read_fold

OPEN_STATES = [state for state in JobState if not state.is_final]

_OPEN = (
    select(JOBS.c.job_id, JOBS.c.fold)
    .where(JOBS.c.status.in_(OPEN_STATES), is_no_canary(JOBS), JOBS.c.job_id > bindparam("after"))
    .order_by(JOBS.c.job_id)
    .limit(bindparam("most"))
)
_UNPROJECTED = (
    select(RESERVATIONS.c.job_id, RESERVATIONS.c.fold, RESERVATIONS.c.value)
    .where(
        RESERVATIONS.c.state == ReservationState.PUBLISHED,
        is_no_canary(RESERVATIONS),
        RESERVATIONS.c.job_id > bindparam("after"),
        ~RESERVATIONS.c.job_id.in_(select(JOBS.c.job_id)),
    )
    .order_by(RESERVATIONS.c.job_id)
    .limit(bindparam("most"))
)
_LETTER = (
    select(DEAD_LETTERS.c.value)
    .where(DEAD_LETTERS.c.job_id == bindparam("id"), DEAD_LETTERS.c.stage == bindparam("of_stage"))
    .order_by(DEAD_LETTERS.c.redrive.desc())
    .limit(1)
)
_ANSWERS = select(RESULTS.c.stage, RESULTS.c.value).where(RESULTS.c.job_id == bindparam("id"))


def list_open_jobs(connection: Connection, after: str, limit: int) -> list[OpenJob]:
    """Jobs of the projection that have not ended, in the order of their ids; not the canaries."""
    rows = connection.execute(_OPEN, {"after": after, "most": limit}).all()
    return [_read(connection, row.job_id, read_fold(row.fold)) for row in rows]


def list_unprojected_jobs(connection: Connection, after: str, limit: int) -> list[OpenJob]:
    """Jobs that the broker had acked, and of which nothing was read again."""
    rows = connection.execute(_UNPROJECTED, {"after": after, "most": limit})
    return [OpenJob(row.job_id, read_fold(row.fold), bytes(row.value), {}) for row in rows]


def _read(connection: Connection, job_id: str, fold: JobFold) -> OpenJob:
    request = find_request(connection, job_id)
    if request is None and fold.stages:
        # What was given up on and put back: a dead letter has the bytes that the stage got.
        told = {"id": job_id, "of_stage": fold.stages[0]}
        value = connection.execute(_LETTER, told).scalar()
        request = bytes(value) if value else None
    return OpenJob(job_id, fold, request, _find_answers(connection, job_id))


def _find_answers(connection: Connection, job_id: str) -> Mapping[StageName, bytes]:
    rows = connection.execute(_ANSWERS, {"id": job_id})
    return {StageName(stage): bytes(value) for stage, value in rows}


def adopt_cluster(connection: Connection, cluster_id: str) -> None:
    """Let the tables go on with another cluster, whose logs begin where they are."""
    assert load_projection(connection) is not None
    connection.execute(update(PROJECTION).values(cluster_id=cluster_id))
