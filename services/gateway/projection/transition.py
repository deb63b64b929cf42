"""Reports what became of jobs: one log line and one count per transition."""

from schemas.api.status import JobState
from services.gateway.status.change import Change, Known
from services.gateway.status.fold import kind_of
from services.gateway.status.state import accepted_at, completed_at, job_state
from services.telemetry.log import get_log
from services.telemetry.metric import JOB_DURATION, JOBS_FINISHED

log = get_log()


def report(change: Change) -> None:
    """Report a change, if it changes the status of its job."""
    state = job_state(change.after.fold)
    before = JobState.PENDING if change.before is None else job_state(change.before.fold)
    if state is before:
        return
    log.info(f"job_{state}", job_id=change.job_id, version=change.after.version)
    if state.is_final:
        _count_final(change.after, state)


def _count_final(known: Known, state: JobState) -> None:
    kind, ended_at = kind_of(known.fold), completed_at(known.fold)
    JOBS_FINISHED.labels(kind, state).inc()
    if ended_at is not None:
        duration_s = (ended_at - accepted_at(known.fold)).total_seconds()
        JOB_DURATION.labels(kind).observe(max(0.0, duration_s))
