"""Webhooks: where a tenant is told of its jobs, and what became of telling it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict, Unpack

from pydantic.alias_generators import to_camel

from brainshare_client.exchange.answer import as_contract, as_nothing
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from brainshare_client.exchange.step import Series, each
from schemas.api.webhook import (
    Delivery,
    DeliveryPage,
    DeliveryRecord,
    NewWebhook,
    RecoverResult,
    Webhook,
    WebhookPage,
)

PATH = path_of("webhooks")


class WebhookIn(TypedDict, total=False):
    """What of an endpoint is said; what is left out is as it is, or as it begins."""

    events: Sequence[str]
    description: str


def create(
    url: str, *, for_jobs: bool = False, tenant: str | None = None, **said: Unpack[WebhookIn]
) -> Call[NewWebhook]:
    """Make an endpoint; its secret is in this answer only.

    Args:
        for_jobs: It is told nothing but what jobs ask for with a webhook of their own.
    """
    body = {"url": url, "forJobs": for_jobs, "tenant": tenant, **said}
    return send_new(body)


def send_new(body: object) -> Call[NewWebhook]:
    """The same, by its body as the API has it."""
    return send_to(PATH, as_contract(NewWebhook), body, is_repeatable=False)


def page(
    *, tenant: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Call[WebhookPage]:
    """A page of endpoints, newest first."""
    return read_from(PATH, as_contract(WebhookPage), tenant=tenant, limit=limit, cursor=cursor)


def list_(*, tenant: str | None = None) -> Series[Webhook]:
    """All endpoints, newest first."""
    return each(
        lambda cursor: page(tenant=tenant, limit=200, cursor=cursor), lambda page: page.webhooks
    )


def get(webhook_id: str) -> Call[Webhook]:
    """One endpoint."""
    return read_from(_path(webhook_id), as_contract(Webhook))


def change(
    webhook_id: str,
    *,
    url: str | None = None,
    is_enabled: bool | None = None,
    reason: str = "",
    **said: Unpack[WebhookIn],
) -> Call[Webhook]:
    """Change an endpoint; what is not said stays.

    Args:
        is_enabled: False: nothing is sent any more. True: it begins anew, with what has waited.
    """
    given = {"url": url, "is_enabled": is_enabled, **said}
    body = {to_camel(name): value for name, value in given.items() if value is not None}
    return send_change(webhook_id, body | {"reason": reason})


def send_change(webhook_id: str, body: object) -> Call[Webhook]:
    """The same, by its body as the API has it."""
    return send_to(_path(webhook_id), as_contract(Webhook), body, method="PATCH")


def delete(webhook_id: str) -> Call[None]:
    """Delete an endpoint, with what it was to be told."""
    return replace(read_from(_path(webhook_id), as_nothing), method="DELETE")


def rotate(webhook_id: str, *, overlap_s: int | None = None) -> Call[NewWebhook]:
    """Replace the secret of an endpoint; the new one is in this answer only.

    Args:
        overlap_s: For how long what is sent is signed with the old one, too; None for a day.
    """
    body = {} if overlap_s is None else {"overlapS": overlap_s}
    path = _path(webhook_id, "rotate")
    return send_to(path, as_contract(NewWebhook), body, is_repeatable=False)


def test(webhook_id: str) -> Call[Delivery]:
    """Send a test event."""
    return send_to(_path(webhook_id, "test"), as_contract(Delivery), is_repeatable=False)


def deliveries_page(webhook_id: str, **asked: Any) -> Call[DeliveryPage]:
    """A page of deliveries to an endpoint, newest first; by `state`, `limit` and `cursor`."""
    return read_from(_path(webhook_id, "deliveries"), as_contract(DeliveryPage), **asked)


def deliveries(webhook_id: str, *, state: str | None = None) -> Series[Delivery]:
    """All deliveries to an endpoint, newest first."""
    return each(
        lambda cursor: deliveries_page(webhook_id, state=state, limit=200, cursor=cursor),
        lambda page: page.deliveries,
    )


def delivery(webhook_id: str, delivery_id: str) -> Call[DeliveryRecord]:
    """One delivery with its log."""
    path = _path(webhook_id, "deliveries", delivery_id)
    return read_from(path, as_contract(DeliveryRecord))


def resend(webhook_id: str, delivery_id: str) -> Call[Delivery]:
    """Send one again."""
    path = _path(webhook_id, "deliveries", delivery_id, "resend")
    return send_to(path, as_contract(Delivery), is_repeatable=False)


def recover(
    webhook_id: str,
    *,
    since: datetime,
    until: datetime | None = None,
    undelivered_only: bool = False,
    reason: str = "",
) -> Call[RecoverResult]:
    """Send everything of a span again, in order."""
    said = {"undeliveredOnly": undelivered_only, "reason": reason}
    return send_recover(webhook_id, {"since": since, "until": until, **said})


def send_recover(webhook_id: str, body: object) -> Call[RecoverResult]:
    """The same, by its body as the API has it."""
    path = _path(webhook_id, "recover")
    return send_to(path, as_contract(RecoverResult), body, is_repeatable=False)


def _path(webhook_id: str, *further: str) -> str:
    return path_of("webhooks", webhook_id, *further)
