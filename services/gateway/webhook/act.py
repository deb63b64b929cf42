"""What is done to endpoints, each act noted in the transaction in which it is done."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from schemas.api.act import Deed
from schemas.api.webhook import WebhookChange, WebhookRequest
from services.gateway.access.actor import Actor
from services.gateway.act.store import make_act, note_act
from services.gateway.callback.store import forget_callbacks
from services.gateway.database.database import Connection
from services.gateway.delivery.endpoint import (
    DisabledWhy,
    StoredEndpoint,
    make_endpoint,
    make_secret,
)
from services.gateway.delivery.endpoint_store import (
    count_endpoints,
    delete_endpoint,
    insert_endpoint,
    lock_endpoint,
    save_endpoint,
)
from services.gateway.delivery.queue_store import update_next
from services.gateway.webhook.view import show_state

MOST = 20
"""Endpoints of a tenant: each event is a delivery to each of them."""


class NoSuchWebhookError(Exception):
    """No endpoint that is seen has this id."""


class EventsOfJobsError(Exception):
    """An endpoint for jobs' own webhooks has no events of its own."""


class TooManyWebhooksError(Exception):
    """The tenant has as many endpoints as it may."""


def create(
    connection: Connection, wanted: WebhookRequest, tenant: str, actor: Actor, now: datetime
) -> StoredEndpoint:
    """Make an endpoint.

    Raises:
        TooManyWebhooksError: The tenant has as many as it may.
    """
    if count_endpoints(connection, tenant) >= MOST:
        raise TooManyWebhooksError(f"the tenant {tenant} has {MOST} webhooks: delete one first")
    told = (tenant, wanted.url, wanted.events, wanted.description, actor.principal.name, now)
    endpoint = make_endpoint(*told, is_for_jobs=wanted.for_jobs)
    insert_endpoint(connection, endpoint)
    _note(connection, Deed.CREATE_WEBHOOK, actor, now, None, endpoint)
    return endpoint


def change(
    connection: Connection, endpoint_id: str, wanted: WebhookChange, actor: Actor, now: datetime
) -> StoredEndpoint:
    """Change an endpoint. What is turned on begins anew: its failures are forgotten.

    Raises:
        NoSuchWebhookError: There is none with this id that is seen.
        EventsOfJobsError: Each job says what it is told.
    """
    before = require(connection, endpoint_id, actor)
    if before.is_for_jobs and wanted.events:
        raise EventsOfJobsError
    given = wanted.model_dump(include={"url", "events", "description"}, exclude_none=True)
    after = replace(before, **given)
    if wanted.is_enabled is False and before.disabled_at is None:
        after = replace(after, disabled_at=now, disabled_why=DisabledWhy.BY_HAND.value)
    if wanted.is_enabled or after.url != before.url:
        after = after.begin_anew()
    if wanted.is_enabled:
        after = replace(after, disabled_at=None, disabled_why=None)
    save_endpoint(connection, after, None)
    update_next(connection, after)
    if after != before:
        _note(connection, Deed.CHANGE_WEBHOOK, actor, now, before, after)
    return after


def rotate(
    connection: Connection, endpoint_id: str, overlap_s: int, actor: Actor, now: datetime
) -> StoredEndpoint:
    """Make a new secret; for the overlap, what is sent is signed with the old one, too.

    Raises:
        NoSuchWebhookError: There is none with this id that is seen.
    """
    before = require(connection, endpoint_id, actor)
    until = now + timedelta(seconds=overlap_s)
    old = {"old_secret": before.secret, "old_until": until} if overlap_s else {}
    without = replace(before, secret=make_secret(), old_secret=None, old_until=None)
    after = replace(without, **old)  # type: ignore[arg-type]
    save_endpoint(connection, after, None)
    update_next(connection, after)
    _note(connection, Deed.ROTATE_WEBHOOK, actor, now, before, after)
    return after


def remove(connection: Connection, endpoint_id: str, actor: Actor, now: datetime) -> None:
    """Delete an endpoint, with what it was to be told and its log.

    Raises:
        NoSuchWebhookError: There is none with this id that is seen.
    """
    before = require(connection, endpoint_id, actor)
    delete_endpoint(connection, endpoint_id)
    forget_callbacks(connection, endpoint_id)
    _note(connection, Deed.DELETE_WEBHOOK, actor, now, before, None)


def require(connection: Connection, endpoint_id: str, actor: Actor) -> StoredEndpoint:
    """An endpoint that is seen, locked.

    Raises:
        NoSuchWebhookError: There is none with this id.
    """
    endpoint = lock_endpoint(connection, endpoint_id, actor.sight)
    if endpoint is None:
        raise NoSuchWebhookError
    return endpoint


def _note(
    connection: Connection,
    deed: Deed,
    actor: Actor,
    now: datetime,
    before: StoredEndpoint | None,
    after: StoredEndpoint | None,
) -> None:
    endpoint = after or before
    assert endpoint is not None
    told = (endpoint.endpoint_id, endpoint.tenant, now, _show(before), _show(after))
    note_act(connection, make_act(actor, deed, *told))


def _show(endpoint: StoredEndpoint | None) -> dict[str, Any] | None:
    """What of an endpoint may change; of its URL not what stands behind the `?`."""
    if endpoint is None:
        return None
    return {
        "url": endpoint.url.partition("?")[0],
        "events": list(endpoint.events),
        "description": endpoint.description,
        "state": show_state(endpoint),
        "oldSecretUntil": None if endpoint.old_until is None else endpoint.old_until.isoformat(),
    }
