"""What endpoints are told of what a batch makes of jobs. Pure.

A batch may take a job through several final states: it is gone through fact by fact. What is found
again, by a repeated record or in tables that are filled anew, has the same id.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from schemas.api.status import JobState
from schemas.webhook import (
    BudgetEventBody,
    BudgetEventData,
    EventBody,
    JobEventBody,
    JobEventData,
    JobFailure,
    RecordPlace,
    WebhookEvent,
)
from services.gateway.delivery.delivery import Draft
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.job.view import job_path
from services.gateway.status.cell import Phase, Term
from services.gateway.status.change import FoldedBatch
from services.gateway.status.fact import Fact
from services.gateway.status.fold import JobFold, merge
from services.gateway.status.state import JobDescription, StageDescription, describe, to_datetime
from services.telemetry.trace.traceparent import TraceContext, find_context

NAMESPACE = UUID("4d7a8f0c-52a1-5e0b-8a6f-3b1c9e7d2f60")
PARKED = "parked"
MAX_CODE = 100
MICRO = 1_000_000

EVENTS: Mapping[JobState, WebhookEvent] = {
    JobState.COMPLETED: WebhookEvent.COMPLETED,
    JobState.FAILED: WebhookEvent.FAILED,
    JobState.CANCELLED: WebhookEvent.CANCELLED,
}


@dataclass(frozen=True)
class Event:
    """What has happened.

    Attributes:
        key: Tells events of the same type about the same subject apart.
        due_at: When it is to be told, if it is so then; None for at once.
        context: The span of the record that says so; None where it carries none.
    """

    type: WebhookEvent
    tenant: str
    job_id: str | None
    key: str
    body: EventBody
    due_at: datetime | None = None
    context: TraceContext | None = None

    def draft_for(self, endpoint: StoredEndpoint, url: str | None = None) -> Draft:
        """What an endpoint is to be told.

        Args:
            url: Where; None for the endpoint's own.
        """
        named = f"{endpoint.endpoint_id} {self.type} {self.job_id or self.tenant} {self.key}"
        return Draft(
            str(uuid5(NAMESPACE, named)),
            endpoint.endpoint_id,
            endpoint.tenant,
            self.type,
            self.job_id,
            self.body.to_json().decode(),
            self.body.timestamp,
            self.due_at,
            url,
            None if self.context is None else str(self.context),
        )


def list_events(batch: FoldedBatch, tenants: Iterable[str], waiting_s: int) -> list[Event]:
    """What a batch says of the jobs of tenants, in the order of its facts; of shadows nothing.

    Args:
        waiting_s: For how long a stage is parked before its job is told to wait.
    """
    of, found = set(tenants), list[Event]()
    folds = {change.job_id: change.before.fold for change in batch.changes if change.before}
    wanted = {
        change.job_id
        for change in batch.changes
        if change.after.fold.tenant in of and not change.after.fold.is_shadow
    }
    for sequence, fact in batch.history:
        if fact.job_id not in wanted:
            continue
        before = folds.get(fact.job_id)
        after = folds[fact.job_id] = merge(before, fact.fold) if before else fact.fold
        context = find_context(fact.record.headers)
        events = _list_of_fact(before, after, sequence, fact, waiting_s)
        found += [replace(event, context=context) for event in events]
    return found


def _list_of_fact(
    before: JobFold | None, after: JobFold, sequence: int, fact: Fact, waiting_s: int
) -> Iterator[Event]:
    job, subject = describe(after), after.subject
    if subject is None:
        return
    is_told = before is not None and before.subject is not None
    was = _find_end(describe(before)) if is_told and before is not None else None
    now = _find_end(job)
    if now is not None and now != was:
        event = EVENTS[job.state]
        body = _tell(event, job, sequence, fact)
        yield Event(event, subject.tenant, fact.job_id, str(now[1]), body)
    elif _has_changed_result(before, after):
        event, key = WebhookEvent.RESULT_CHANGED, f"promotion {after.promotions}"
        body = _tell(event, job, sequence, fact, {"result_version": after.result_version})
        yield Event(event, subject.tenant, fact.job_id, key, body)
    elif fact.kind == PARKED and is_parked(job.of(fact.stage)):
        due_at = to_datetime(fact.record.timestamp_ms) + timedelta(seconds=waiting_s)
        since = to_datetime(fact.record.timestamp_ms)
        told_of = {"stage": fact.stage, "waiting_since": since}
        body = _tell(WebhookEvent.WAITING, job, sequence, fact, told_of)
        key = f"{fact.stage} {fact.redrive} {fact.attempt}"
        told = (subject.tenant, fact.job_id, key, body, due_at)
        yield Event(WebhookEvent.WAITING, *told)


def _has_changed_result(before: JobFold | None, after: JobFold) -> bool:
    """Whether another result is the job's than before this fact; a repeated record says nothing."""
    return after.promotions > (0 if before is None else before.promotions)


def _find_end(job: JobDescription) -> tuple[JobState, int] | None:
    """How a job has ended; a failure also after which redrive. None where it has not."""
    if not job.state.is_final:
        return None
    is_failed = job.state is JobState.FAILED
    redrive = max((cell.redrive for cell in job.fold.cells), default=0) if is_failed else 0
    return job.state, redrive


def is_parked(stage: StageDescription) -> bool:
    """Whether a stage waits because no call can succeed."""
    cell = stage.deciding
    is_waiting = cell is not None and cell.phase is Phase.WAITING and cell.term is Term.NONE
    return is_waiting and cell is not None and cell.parked > 0


def _tell(
    event: WebhookEvent,
    job: JobDescription,
    sequence: int,
    fact: Fact,
    beside: Mapping[str, Any] | None = None,
) -> JobEventBody:
    """The body of an event.

    Args:
        beside: What is said in an event of this type only.
    """
    subject, path = job.fold.subject, job_path(fact.job_id)
    assert subject is not None
    data = JobEventData(
        job_id=fact.job_id,
        tenant=subject.tenant,
        table_id=subject.table_id,
        tags=subject.tags,
        status=job.state,
        sequence=sequence,
        record=RecordPlace(
            topic=fact.record.topic, partition=fact.record.partition, offset=fact.record.offset
        ),
        error=_find_error(job),
        links={"status": path, "events": f"{path}/events"},
        **(beside or {}),
    )
    at = to_datetime(fact.record.timestamp_ms)
    return JobEventBody(type=event, timestamp=at, data=data)


def _find_error(job: JobDescription) -> JobFailure | None:
    if job.state is not JobState.FAILED:
        return None
    for stage in job.asked:
        cell = stage.deciding
        if cell is not None and cell.term is Term.FAILED and stage.last_failure is not None:
            failure = stage.last_failure
            code = None if failure.code is None else failure.code[:MAX_CODE]
            return JobFailure(stage=stage.stage, kind=failure.kind.shown, code=code)
    return None


def tell_budget(
    tenant: str, day: date, share: float, spent: int, limit_usd: float, now: datetime
) -> Event:
    """That so much of what a tenant's day may cost is spent.

    Args:
        spent: In millionths of a dollar.
    """
    spent_usd = spent / MICRO
    told = {"tenant": tenant, "day": day, "share": share, "spent_usd": spent_usd}
    data = BudgetEventData(**told, limit_usd=limit_usd)
    body = BudgetEventBody(type=WebhookEvent.BUDGET, timestamp=now, data=data)
    return Event(WebhookEvent.BUDGET, tenant, None, f"{day} {share:g}", body)
