"""What the API shows of bulk actions."""

from uuid import UUID

from schemas.api.batch import BulkAction, BulkJob, BulkLinks, BulkOutcome
from services.gateway.bulk.action import BulkItem, StoredBulk

BULK_PATH = "/v1/bulk-actions"


def bulk_path(bulk_id: str) -> str:
    """Where a bulk action is read."""
    return f"{BULK_PATH}/{bulk_id}"


def show_bulk(bulk: StoredBulk) -> BulkAction:
    """A bulk action with its counts."""
    path, counts = bulk_path(bulk.bulk_id), bulk.counts
    return BulkAction(
        id=UUID(bulk.bulk_id),
        action=bulk.kind,
        state=bulk.state,
        total=bulk.total,
        done=counts.get(BulkOutcome.DONE, 0),
        skipped=counts.get(BulkOutcome.SKIPPED, 0),
        waiting=counts.get(BulkOutcome.WAITING, 0),
        reason=bulk.actor.reason,
        by=bulk.actor.principal.name,
        tenant=bulk.sight,
        created_at=bulk.created_at,
        ended_at=bulk.ended_at,
        links=BulkLinks(status=path, jobs=f"{path}/jobs", stop=f"{path}/stop"),
        replay_id=None if bulk.replay_id is None else UUID(bulk.replay_id),
    )


def show_item(item: BulkItem) -> BulkJob:
    """One of its jobs."""
    return BulkJob(job_id=UUID(item.job_id), outcome=item.outcome, detail=item.detail)
