"""Reports what became of jobs: one log line and one count per transition."""

from schemas.api.status import JobState
from schemas.canary import CANARY_TENANT
from services.gateway.status.change import Change
from services.gateway.status.fold import kind_of
from services.gateway.status.state import JobDescription, describe
from services.telemetry.log import get_log
from services.telemetry.metric import JOB_DURATION, JOBS_FINISHED
from services.telemetry.trace.traceparent import TraceContext, find_context, make_exemplar

log = get_log()


def report(change: Change) -> None:
    """Report a change, if it changes the status of its job. Whatever is told, it is folded."""
    try:
        _report(change)
    except Exception:
        log.exception("transition_not_reported", job_id=change.job_id)


def _report(change: Change) -> None:
    job = describe(change.after.fold)
    before = JobState.PENDING if change.before is None else describe(change.before.fold).state
    if job.state is before:
        return
    context = find_context(change.last.record.headers) if change.last else None
    told = {"tenant": change.after.fold.tenant, "version": change.after.version}
    told |= {"trace_id": context.trace_id} if context else {}
    log.info(f"job_{job.state}", job_id=change.job_id, **told)
    is_apart = job.fold.is_shadow or job.fold.tenant == CANARY_TENANT
    if job.state.is_final and not is_apart:
        _count_final(job, context)


def _count_final(job: JobDescription, context: TraceContext | None) -> None:
    kind, ended_at = kind_of(job.fold), job.completed_at
    JOBS_FINISHED.labels(kind, job.state).inc()
    if ended_at is not None:
        duration_s = (ended_at - job.accepted_at).total_seconds()
        JOB_DURATION.labels(kind).observe(max(0.0, duration_s), make_exemplar(context))
