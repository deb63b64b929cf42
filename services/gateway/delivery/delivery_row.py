"""A delivery as a row of the tables."""

from datetime import datetime
from typing import Any

from services.gateway.database.moment import from_us, to_us
from services.gateway.delivery.delivery import DeliveryState, Draft, StoredDelivery


def write_draft(draft: Draft, sequence: int, state: DeliveryState, now: datetime) -> dict[str, Any]:
    """What is kept of an event that is noted."""
    return {
        "delivery_id": draft.delivery_id,
        "endpoint_id": draft.endpoint_id,
        "tenant": draft.tenant,
        "sequence": sequence,
        "type": draft.type,
        "job_id": draft.job_id,
        "body": draft.body,
        "occurred_us": to_us(draft.occurred_at),
        "created_us": to_us(now),
        "state": state,
        "due_us": to_us(draft.due_at or now),
        "url": draft.url,
        "traceparent": draft.traceparent,
        "attempts": 0,
        "sent": 0,
    }


def read_delivery(row: Any) -> StoredDelivery:
    """A row as it is used."""
    return StoredDelivery(
        delivery_id=row.delivery_id,
        endpoint_id=row.endpoint_id,
        tenant=row.tenant,
        sequence=row.sequence,
        type=row.type,
        job_id=row.job_id,
        body=row.body,
        occurred_at=from_us(row.occurred_us),
        created_at=from_us(row.created_us),
        state=DeliveryState(row.state),
        due_at=from_us(row.due_us),
        attempts=row.attempts,
        sent=row.sent,
        last_status=row.last_status,
        last_error=row.last_error,
        url=row.url,
        traceparent=row.traceparent,
    )
