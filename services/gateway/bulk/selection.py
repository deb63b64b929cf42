"""Which jobs a bulk action is about: those that are named, or those of a filter as it begins."""

from collections.abc import Iterator
from dataclasses import replace

from schemas.api.batch import MAX_BULK_JOBS, BulkKind, BulkRequest
from schemas.api.status import JobState
from services.gateway.database.database import Connection
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight
from services.gateway.job.store import StoredJob
from services.gateway.listing.job_filter import JobFilter, read_filter
from services.gateway.listing.store import list_jobs

PAGE = 500

ABOUT = {
    BulkKind.CANCEL: (JobState.PENDING, JobState.RUNNING),
    BulkKind.RETRY: (JobState.FAILED,),
    BulkKind.DISCARD: (JobState.FAILED,),
}
"""In which statuses a job is one that something can be done to."""


class TooManyJobsError(Exception):
    """More jobs are of the filter than one action goes through."""


def select_jobs(connection: Connection, asked: BulkRequest, sight: Sight) -> list[str]:
    """The ids of the jobs, in the order in which they are gone through.

    Raises:
        TooManyJobsError: They are too many.
        ProblemError: 422; the filter says too little.
    """
    if asked.filter is None:
        return list(dict.fromkeys(map(str, asked.job_ids or ())))
    wanted = read_filter(asked.filter, sight)
    found: list[str] = []
    for status in ABOUT[asked.action]:
        if wanted.status in (None, status):
            found += (job.job_id for job in _walk(connection, replace(wanted, status=status)))
        if len(found) > MAX_BULK_JOBS:
            raise TooManyJobsError
    return found


def _walk(connection: Connection, wanted: JobFilter) -> Iterator[StoredJob]:
    after: Place | None = None
    for _ in range(MAX_BULK_JOBS // PAGE + 1):
        page = list_jobs(connection, wanted, after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].place
