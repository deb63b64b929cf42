"""A family of jobs as the API shows it."""

from uuid import UUID

from schemas.api.job.family import JobFamily, Relative
from services.gateway.family.store import Family, source_of
from services.gateway.job.store import StoredJob
from services.gateway.status.state import describe


def show_family(job_id: str, family: Family) -> JobFamily:
    """A family, as asked for of one of its jobs."""
    jobs = tuple(map(show_relative, family.jobs))
    return JobFamily(job_id=UUID(job_id), jobs=jobs, is_whole=family.is_whole)


def show_relative(job: StoredJob) -> Relative:
    """A job of a family."""
    fold, source = job.known.fold, source_of(job)
    described = describe(fold)
    return Relative(
        job_id=UUID(job.job_id),
        source_job_id=None if source is None else UUID(source),
        status=described.state,
        stages=fold.stages,
        accepted_at=described.accepted_at,
        completed_at=described.completed_at,
        is_shadow=fold.is_shadow,
        result_version=fold.result_version,
    )
