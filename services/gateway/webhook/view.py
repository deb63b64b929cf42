"""What is shown of webhooks."""

from datetime import datetime, timedelta
from typing import Any

from schemas.api.webhook import (
    Delivery,
    DeliveryAttempt,
    DeliveryRecord,
    NewWebhook,
    Webhook,
)
from services.gateway.delivery.delivery import DeliveryState, StoredDelivery
from services.gateway.delivery.endpoint import StoredEndpoint

ACTIVE = "active"
FAILING = "failing"
DISABLED = "disabled"


def show_webhook(endpoint: StoredEndpoint, now: datetime, window: timedelta) -> Webhook:
    """An endpoint, without its secret.

    Args:
        window: For so long it may fail.
    """
    return Webhook(**_fields(endpoint, now, window))


def show_new_webhook(endpoint: StoredEndpoint, now: datetime, window: timedelta) -> NewWebhook:
    """An endpoint with its secret, which is shown this once."""
    return NewWebhook(**_fields(endpoint, now, window), secret=endpoint.secret)


def show_state(endpoint: StoredEndpoint) -> str:
    """How an endpoint stands, in a word."""
    if endpoint.disabled_at is not None:
        return DISABLED
    return ACTIVE if endpoint.failing_since is None else FAILING


def show_delivery(delivery: StoredDelivery) -> Delivery:
    """A delivery as it stands in a list."""
    return Delivery(**_delivery_fields(delivery))


def show_record(delivery: StoredDelivery, log: tuple[DeliveryAttempt, ...]) -> DeliveryRecord:
    """A delivery with its body and its log."""
    return DeliveryRecord(**_delivery_fields(delivery), body=delivery.body, log=log)


def _fields(endpoint: StoredEndpoint, now: datetime, window: timedelta) -> dict[str, Any]:
    until, held_until = endpoint.old_until, endpoint.held_until
    return {
        "id": endpoint.endpoint_id,
        "tenant": endpoint.tenant,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.events,
        "for_jobs": endpoint.is_for_jobs,
        "state": show_state(endpoint),
        "created_at": endpoint.created_at,
        "created_by": endpoint.created_by,
        "failing_since": endpoint.failing_since,
        "failing_share": round(endpoint.failing_share(now, window), 3),
        "held_until": held_until if held_until is not None and held_until > now else None,
        "disabled_at": endpoint.disabled_at,
        "disabled_why": endpoint.disabled_why,
        "old_secret_until": until if until is not None and until > now else None,
        "sequence": endpoint.sequence,
    }


def _delivery_fields(delivery: StoredDelivery) -> dict[str, Any]:
    is_open = delivery.state in (DeliveryState.PENDING, DeliveryState.SENDING)
    return {
        "id": delivery.delivery_id,
        "webhook_id": delivery.endpoint_id,
        "sequence": delivery.sequence,
        "type": delivery.type,
        "job_id": delivery.job_id,
        "state": delivery.state,
        "occurred_at": delivery.occurred_at,
        "due_at": delivery.due_at if is_open else None,
        "attempts": delivery.sent,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
    }
