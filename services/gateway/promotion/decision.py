"""Whether the result of a replay may stand for that of its source, and what is written then. Pure.

A person compared the replay with the source as it was planned. So what has changed since is not
overwritten: it would be by a result that nobody has compared with it.
"""

from datetime import datetime
from uuid import UUID

from schemas.api.status import JobState
from schemas.kafka.control import OWN_VERSION, PromotedResult, Promotion
from services.gateway.status.fold import JobFold
from services.gateway.status.state import describe, to_datetime

MAX_RESULTS = 100
"""So many are promoted of one job at most: its record holds the list of them."""


class NotPromotedError(Exception):
    """The result stays what it is. Not retryable.

    Args:
        slug: Names the reason, for programs.
    """

    def __init__(self, slug: str, reason: str) -> None:
        super().__init__(reason)
        self.slug = slug


class NoReplayError(Exception):
    """What is to be promoted is no replay of the job. Not retryable."""


def promote(
    job_id: UUID, job: JobFold, replay_id: UUID, replay: JobFold | None, now: datetime
) -> Promotion | None:
    """Decide on the result of a replay.

    Args:
        replay: None where there is no such job that is seen.

    Returns:
        What is to be written; None where it is the current result already.

    Raises:
        NoReplayError: It is no replay of this job.
        NotPromotedError: One of the two has not completed, or the job has changed meanwhile.
    """
    mark = replay.subject.replay if replay and replay.subject else None
    if replay is None or mark is None or mark.source_job_id != job_id:
        raise NoReplayError(f"{replay_id} is no replay of this job")
    _require_completed(job)
    promoted = job.promoted
    known = None if promoted is None else promoted.said.version_of(replay_id)
    if known is not None and known == job.result_version:
        return None
    if (state := describe(replay).state) is not JobState.COMPLETED:
        raise NotPromotedError("replay-not-completed", f"the replay is {state.value}")
    assert replay.subject is not None
    _refuse_changed(job, mark.planned_at or replay.subject.accepted_at)
    results = () if promoted is None else promoted.said.results
    if known is None:
        if len(results) >= MAX_RESULTS:
            reason = f"{MAX_RESULTS} other results of the job were promoted, and more are not kept"
            raise NotPromotedError("too-many-results", reason)
        stage = replay.stages[-1]
        results += (PromotedResult(job_id=replay_id, stage=stage, promoted_at=now),)
        known = len(results) + OWN_VERSION
    return _write(job_id, job, results, known, now)


def roll_back(job_id: UUID, job: JobFold, now: datetime) -> Promotion | None:
    """Decide on the result that the job has come to by itself.

    Returns:
        What is to be written; None where it is the current result already.

    Raises:
        NotPromotedError: The job has not completed.
    """
    _require_completed(job)
    if job.promoted is None or job.result_version == OWN_VERSION:
        return None
    return _write(job_id, job, job.promoted.said.results, OWN_VERSION, now)


def _write(
    job_id: UUID, job: JobFold, results: tuple[PromotedResult, ...], current: int, now: datetime
) -> Promotion:
    told = {"results": results, "current": current, "asked_at": now}
    return Promotion(job_id=job_id, sequence=job.promotions + 1, **told)


def _require_completed(job: JobFold) -> None:
    state = describe(job).state
    if state is not JobState.COMPLETED:
        reason = f"the job is {state.value}: only the result of a completed one is replaced"
        raise NotPromotedError("job-not-completed", reason)


def _refuse_changed(job: JobFold, planned_at: datetime) -> None:
    ended_at = describe(job).completed_at
    if ended_at is not None and ended_at > planned_at:
        reason = "the job has been run again since the replay was planned"
        raise NotPromotedError("job-has-changed", reason)
    promoted = job.promoted
    if promoted is None or job.result_version == OWN_VERSION:
        return
    if to_datetime(promoted.at_ms) > planned_at:
        reason = (
            f"another result of the job, version {job.result_version}, has been promoted since"
            " the replay was planned"
        )
        raise NotPromotedError("job-has-changed", reason)
