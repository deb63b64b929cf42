"""Finds the family of a job: up to the one that all came from, then down by generations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from services.gateway.database.sight import Sight, narrow
from services.gateway.job.store import StoredJob, find_job, read_job
from services.gateway.job.table import JOBS
from services.gateway.listing.mark import mark_source
from services.gateway.listing.table import JOB_MARKS

MAX_JOBS = 200
"""Of a family: a job that is in every replay has many children."""
AT_A_TIME = 100

_CHILDREN = (
    select(*JOBS.c)
    .join_from(JOB_MARKS, JOBS, JOBS.c.job_id == JOB_MARKS.c.job_id)
    .where(JOB_MARKS.c.mark.in_(bindparam("marks", expanding=True)))
    .order_by(JOBS.c.accepted_us, JOBS.c.job_id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Family:
    """Jobs that came of one.

    Attributes:
        jobs: Each after the one that it came from.
        is_whole: Whether there are no more.
    """

    jobs: tuple[StoredJob, ...]
    is_whole: bool


def find_family(connection: Connection, job_id: str, sight: Sight) -> Family | None:
    """The family of a job that is seen, as far as its members are; None where it is not."""
    job = find_job(connection, job_id, sight)
    if job is None:
        return None
    line = _climb(connection, job, sight)
    found = {line[-1].job_id: line[-1]}
    generation = list(found)
    while generation and len(found) <= MAX_JOBS:
        children = _list_children(connection, generation, sight, MAX_JOBS + 1 - len(found))
        generation = [child.job_id for child in children if child.job_id not in found]
        found |= {child.job_id: child for child in children if child.job_id not in found}
    # One that has just been accepted is not in the tables yet, and one of many not among the first.
    kept = dict(list(found.items())[:MAX_JOBS]) | {one.job_id: one for one in reversed(line)}
    return Family(tuple(_in_order(list(kept.values()))), is_whole=len(found) <= MAX_JOBS)


def source_of(job: StoredJob) -> str | None:
    """The job that a job came from; None for one that a client asked for."""
    subject = job.known.fold.subject
    mark = None if subject is None else subject.replay
    return None if mark is None else str(mark.source_job_id)


def _climb(connection: Connection, job: StoredJob, sight: Sight) -> list[StoredJob]:
    """The job, the one that it came from, and so on, as far as they are there."""
    line = [job]
    while len(line) < MAX_JOBS and (source := source_of(line[-1])):
        found = find_job(connection, source, sight)
        if found is None or found.job_id in {one.job_id for one in line}:
            break
        line.append(found)
    return line


def _list_children(
    connection: Connection, job_ids: Sequence[str], sight: Sight, limit: int
) -> list[StoredJob]:
    children = list[StoredJob]()
    for begin in range(0, len(job_ids), AT_A_TIME):
        marks = [mark_source(job_id) for job_id in job_ids[begin : begin + AT_A_TIME]]
        told = {"marks": marks, "most": limit - len(children)}
        rows = connection.execute(narrow(_CHILDREN, JOB_MARKS, sight), told)
        children += map(read_job, rows)
        if len(children) >= limit:
            break
    return children


def _in_order(jobs: Sequence[StoredJob]) -> Iterator[StoredJob]:
    ordered = sorted(jobs, key=lambda job: job.place)
    left = {job.job_id: job for job in ordered}
    waiting = [job for job in reversed(ordered) if source_of(job) not in left]
    while waiting:
        job = waiting.pop()
        yield left.pop(job.job_id)
        waiting += [one for one in reversed(ordered) if source_of(one) == job.job_id]
    # Those that name each other came from nowhere. No gateway writes such; Kafka holds anything.
    yield from left.values()
