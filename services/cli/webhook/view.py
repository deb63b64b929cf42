"""How webhooks and their deliveries look in a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console

from schemas.api.webhook import Delivery, DeliveryRecord, Webhook
from services.cli.terminal.number import times
from services.cli.view.listing import ABSENT, Cell, print_list
from services.cli.view.time import show_age, show_moment

HEADINGS = ("webhook", "tenant", "state", "events", "made", "address")
DELIVERY_HEADINGS = ("", "no", "delivery", "event", "state", "when", "sent", "job", "last answer")
LEAST_ADDRESS_CELLS = 16
LEAST_ANSWER_CELLS = 12
ALL = "all"
OF_JOBS = "jobs' own"


def print_webhooks(webhooks: Sequence[Webhook], console: Console, now: datetime) -> None:
    """Endpoints, a line each."""
    rows = [_cells(webhook, now) for webhook in webhooks]
    print_list(console, HEADINGS, rows, LEAST_ADDRESS_CELLS)


def webhook_line(webhook: Webhook) -> str:
    """An endpoint in a line: which, whose, and where."""
    return f"{webhook.id}  {webhook.tenant}  {webhook.url}"


def print_deliveries(deliveries: Sequence[Delivery], console: Console, now: datetime) -> None:
    """Deliveries, a line each."""
    rows = [_delivery_cells(delivery, now) for delivery in deliveries]
    print_list(console, DELIVERY_HEADINGS, rows, LEAST_ANSWER_CELLS)


def delivery_line(delivery: Delivery) -> str:
    """A delivery in a line: which, of what, and how it stands."""
    return f"{delivery.id}  {delivery.type}  {delivery.state}"


def record_lines(record: DeliveryRecord, now: datetime) -> Iterator[str]:
    """A delivery with its body and its log."""
    yield delivery_line(record)
    sent = f"sent {times(record.attempts)}" if record.attempts else "not sent yet"
    yield f"  happened {show_moment(record.occurred_at)}, {sent}"
    if record.due_at is not None:
        yield f"  tried next at {show_moment(record.due_at)}"
    yield f"  body {record.body}"
    for attempt in record.log:
        came = attempt.error or f"answered {attempt.status}"
        yield f"  {show_moment(attempt.at)}  {came}  {attempt.duration_ms} ms  {attempt.url}"
        if attempt.answer_body:
            yield f"    {' '.join(attempt.answer_body.split())}"


def _cells(webhook: Webhook, now: datetime) -> tuple[Cell, ...]:
    return (
        Cell(webhook.id),
        Cell(webhook.tenant),
        Cell(_tell_state(webhook)),
        Cell(OF_JOBS if webhook.for_jobs else ",".join(webhook.events) or ALL),
        Cell(show_moment(webhook.created_at), show_age(webhook.created_at, now)),
        Cell(webhook.url),
    )


def _tell_state(webhook: Webhook) -> str:
    if webhook.disabled_why is not None:
        return f"{webhook.state}: {webhook.disabled_why}"
    if webhook.failing_since is not None:
        return f"{webhook.state}: {webhook.failing_share:.0%} of its time"
    return webhook.state


def _delivery_cells(delivery: Delivery, now: datetime) -> tuple[Cell, ...]:
    status = ABSENT if delivery.last_status is None else str(delivery.last_status)
    return (
        Cell(delivery.webhook_id),
        Cell(str(delivery.sequence)),
        Cell(delivery.id),
        Cell(delivery.type),
        Cell(delivery.state),
        Cell(show_moment(delivery.occurred_at), show_age(delivery.occurred_at, now)),
        Cell(str(delivery.attempts)),
        Cell(delivery.job_id or ABSENT, (delivery.job_id or ABSENT)[:8]),
        Cell(delivery.last_error or status),
    )
