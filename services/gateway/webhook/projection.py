"""Notes what endpoints are to be told, in the transaction of the fold that says so: none is lost.

Tables that are filled anew find the same events again, and may find them in another order. What is
still kept is known by its id, what was let go of is older than is told, and of a job that was told
to be completed nothing else is told any more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from schemas.webhook import JobEventBody, WebhookEvent
from services.gateway.callback.store import Callback, find_callbacks
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.delivery.delivery import Draft, StoredDelivery
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.endpoint_store import list_of_tenants
from services.gateway.delivery.queue_store import note_drafts
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.delivery.table import DELIVERIES
from services.gateway.job.store import find_job
from services.gateway.status.change import FoldedBatch
from services.gateway.status.state import describe
from services.gateway.tenant.limit_store import find_limits
from services.gateway.tenant.settings import TenantSettings
from services.gateway.tenant.spending import tell_more_spent
from services.gateway.tenant.store import read_spent
from services.gateway.webhook.event import Event, is_parked, list_events, tell_budget

BUDGET_SHARES = (0.8, 1.0)
MARGIN = timedelta(minutes=1)
"""By so much the broker's clock may be behind ours."""

_C = DELIVERIES.c
_COMPLETED = select(_C.endpoint_id, _C.job_id).where(
    _C.job_id.in_(bindparam("ids", expanding=True)), _C.type == WebhookEvent.COMPLETED
)


@dataclass(frozen=True)
class WebhookNoter:
    """Notes deliveries.

    Attributes:
        limits: Of tenants that have none of their own.
        now: The wall clock, aware.
    """

    settings: WebhookSettings
    limits: TenantSettings
    now: Callable[[], datetime]

    def note(self, connection: Connection, batch: FoldedBatch) -> None:
        """Note what a batch says to those who are to be told."""
        tenants = {change.after.fold.tenant for change in batch.changes} - {None}
        endpoints = list_of_tenants(connection, [name for name in tenants if name])
        if not endpoints:
            return
        named = {endpoint.tenant for endpoint in endpoints}
        events = list_events(batch, named, self.settings.waiting_s)
        events += self._list_budgets(connection, batch, named)
        drafts = self._draft(connection, events, endpoints)
        if drafts:
            note_drafts(connection, drafts, self.now())

    def _draft(
        self, connection: Connection, events: Sequence[Event], endpoints: list[StoredEndpoint]
    ) -> list[Draft]:
        jobs = sorted({event.job_id for event in events if event.job_id})
        callbacks = find_callbacks(connection, jobs) if jobs else {}
        rows = connection.execute(_COMPLETED, {"ids": jobs}) if jobs else ()
        done = {(endpoint_id, job_id) for endpoint_id, job_id in rows}
        oldest = self.now() - timedelta(days=self.settings.keep_days)
        return [
            event.draft_for(endpoint, _find_url(callbacks, event, endpoint))
            for event in events
            for endpoint in endpoints
            if endpoint.tenant == event.tenant
            and _is_wanted(callbacks, event, endpoint)
            and event.body.timestamp > max(oldest, endpoint.created_at - MARGIN)
            and not (_is_of_course(event) and (endpoint.endpoint_id, event.job_id) in done)
        ]

    def _list_budgets(
        self, connection: Connection, batch: FoldedBatch, tenants: set[str]
    ) -> list[Event]:
        now, spending = self.now().astimezone(UTC), tell_more_spent(batch.changes)
        found: list[Event] = []
        for tenant in sorted(t for t, day in spending if t in tenants and day == now.date()):
            limit_usd = find_limits(connection, tenant, self.limits).usd_per_day
            if limit_usd is None:
                continue
            spent = read_spent(connection, tenant, now.date())
            found += [
                tell_budget(tenant, now.date(), share, spent, limit_usd, now)
                for share in BUDGET_SHARES
                if spent >= share * limit_usd * 1_000_000
            ]
        return found


def _is_of_course(event: Event) -> bool:
    """Whether it is about how a job comes to its end: nothing of that is told after the end."""
    return event.type is not WebhookEvent.RESULT_CHANGED


def _is_wanted(callbacks: Mapping[str, Callback], event: Event, endpoint: StoredEndpoint) -> bool:
    if not endpoint.is_for_jobs:
        return endpoint.wants(event.type)
    callback = callbacks.get(event.job_id or "")
    is_its = callback is not None and callback.endpoint_id == endpoint.endpoint_id
    return is_its and callback is not None and callback.wants(event.type)


def _find_url(
    callbacks: Mapping[str, Callback], event: Event, endpoint: StoredEndpoint
) -> str | None:
    return callbacks[event.job_id or ""].url if endpoint.is_for_jobs else None


def is_void(connection: Connection, delivery: StoredDelivery) -> bool:
    """Whether a job does not wait any more, of which an endpoint was to be told that it does."""
    if delivery.type != WebhookEvent.WAITING or delivery.job_id is None:
        return False
    told = JobEventBody.from_json(delivery.body).data
    job = find_job(connection, delivery.job_id, ALL_TENANTS)
    if job is None or told.stage is None:
        return True
    described = describe(job.known.fold)
    return described.state.is_final or not is_parked(described.of(told.stage))
