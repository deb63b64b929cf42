"""Chooses which jobs of the past are run again. What is meant and left out is named, with why."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from schemas.canary import CANARY_TENANT
from schemas.stage import StageName
from services.replay.manifest import Exclusion, JobEnd, PlannedJob, Selection
from services.replay.past_job import PastJob

ENDED = (JobEnd.COMPLETED, JobEnd.FAILED)
"""What is run again where no status is named."""

REPLAY = "it is a replay itself"
OPEN = "it has not ended yet"
NOT_FOUND = "the topics have no record of it"
UNREADABLE = "its records cannot be read by this release"
BEYOND = "it is beyond the sample or the limit"
NO_TIME = datetime.min.replace(tzinfo=UTC)
HasJobId = TypeVar("HasJobId", PastJob, PlannedJob)


@dataclass(frozen=True)
class Choice:
    """Jobs that are run again, the oldest first, and those that were meant and are not."""

    chosen: tuple[PastJob, ...]
    excluded: tuple[Exclusion, ...]


def choose(
    jobs: Iterable[PastJob],
    wanted: Selection,
    stage: StageName,
    listed: Collection[UUID] | None = None,
) -> Choice:
    """Choose jobs.

    Args:
        listed: Those of a list; each of them is meant, and is named where it is left out.
    """
    # Of another tenant's job nothing is told, not even that there is one.
    known = {job.job_id: job for job in jobs if wanted.tenant in (None, job.tenant)}
    excluded = [_exclude(job_id, NOT_FOUND) for job_id in listed or () if job_id not in known]
    fit = list[PastJob]()
    for job in sorted(known.values(), key=_age):
        if not _is_meant(job, wanted, listed):
            continue
        reason = _find_reason(job, wanted, stage)
        if reason is None:
            fit.append(job)
        else:
            excluded.append(_exclude(job.job_id, reason))
    chosen = _limit(sorted(draw(fit, wanted.sample), key=_age), wanted.limit)
    taken = {job.job_id for job in chosen}
    excluded += [_exclude(job.job_id, BEYOND) for job in fit if job.job_id not in taken]
    return Choice(tuple(chosen), tuple(excluded))


def _age(job: PastJob) -> tuple[datetime, UUID]:
    return job.accepted_at or NO_TIME, job.job_id


def _exclude(job_id: UUID, reason: str) -> Exclusion:
    return Exclusion(job_id=str(job_id), reason=reason)


def _is_meant(job: PastJob, wanted: Selection, listed: Collection[UUID] | None) -> bool:
    if listed is not None and job.job_id not in listed:
        return False
    if job.tenant == CANARY_TENANT and listed is None and wanted.tenant != CANARY_TENANT:
        return False  # it asks a model for nothing, and is in no list of people's
    if job.accepted_at is None:
        return listed is not None or wanted == Selection(statuses=wanted.statuses)
    is_in_time = (wanted.from_at is None or job.accepted_at >= wanted.from_at) and (
        wanted.to_at is None or job.accepted_at < wanted.to_at
    )
    is_of_end = not wanted.statuses or job.end in (*wanted.statuses, JobEnd.OPEN)
    return (
        is_in_time
        and is_of_end
        and set(wanted.tags) <= set(job.tags)
        and wanted.table_id in (None, job.table_id)
        and wanted.tenant in (None, job.tenant)
    )


def _find_reason(job: PastJob, wanted: Selection, stage: StageName) -> str | None:
    if job.accepted_at is None:
        return UNREADABLE
    if job.is_replay:
        return REPLAY
    if job.end is JobEnd.OPEN and JobEnd.OPEN not in wanted.statuses:
        return OPEN
    if job.end not in (wanted.statuses or ENDED):
        return f"it was {job.end.value}, and no --status says so"
    if not job.again_from(stage):
        return f"it does not ask for the {stage.value} stage"
    if job.source is None:
        return f"no record is kept of what the {stage.value} stage got, or it never got there"
    return None


def draw(jobs: Iterable[HasJobId], sample: int | None) -> list[HasJobId]:
    """So many of some jobs, drawn by a digest of their ids: the same ones each time."""
    return sorted(jobs, key=lambda job: hashlib.sha256(job.job_id.bytes).digest())[:sample]


def _limit(jobs: list[PastJob], limit: int | None) -> list[PastJob]:
    return jobs if limit is None else jobs[:limit]
