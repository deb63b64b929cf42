"""Which jobs go together: one, and the replays whose results were promoted to be its own."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from services.gateway.database.sight import ALL_TENANTS
from services.gateway.job.store import StoredJob, find_job


def list_promoted(connection: Connection, job: StoredJob) -> list[StoredJob]:
    """The replays whose results a job has, as far as they are there."""
    promoted = job.known.fold.promoted
    ids = [] if promoted is None else [str(result.job_id) for result in promoted.said.results]
    found = (find_job(connection, job_id, ALL_TENANTS) for job_id in ids)
    return [replay for replay in found if replay is not None]


def find_source(connection: Connection, job: StoredJob) -> StoredJob | None:
    """The job that has the result of this one; None where none has."""
    subject = job.known.fold.subject
    if subject is None or subject.replay is None:
        return None
    source = find_job(connection, str(subject.replay.source_job_id), ALL_TENANTS)
    promoted = None if source is None else source.known.fold.promoted
    ids = () if promoted is None else (str(result.job_id) for result in promoted.said.results)
    return source if job.job_id in ids else None


def leave_out_used(connection: Connection, jobs: Sequence[StoredJob]) -> Iterator[StoredJob]:
    """Those of some jobs that no other has the result of: they go after their source only."""
    return (job for job in jobs if find_source(connection, job) is None)
