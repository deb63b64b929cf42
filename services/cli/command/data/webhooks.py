"""`brainshare webhooks`: who is told of what becomes of jobs, and how that went."""

import sys
from typing import Any

import click

from brainshare_client.request import webhook as webhook_call
from schemas.api.key import DEFAULT_OVERLAP_S, MAX_OVERLAP_S
from schemas.api.webhook import NewWebhook
from schemas.webhook import WebhookEvent
from services.cli.client.command_client import CommandClient
from services.cli.target.options import with_gateway, with_meant_gateway
from services.cli.terminal.fold import fold
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.number import Number, OneOf, listed
from services.cli.terminal.output import open_console, say, say_more
from services.cli.terminal.text import escape_json, plain
from services.cli.webhook.view import (
    delivery_line,
    print_deliveries,
    print_webhooks,
    record_lines,
    webhook_line,
)
from services.lifecycle.clock import utc_now

SHOWN_ONCE = "this is shown once: keep it where secrets are kept"
EVENTS = tuple(event.value for event in WebhookEvent)
STATES = ("pending", "sending", "delivered", "failed", "skipped", "dropped")

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print what the gateway answers."
)


@click.group("webhooks", cls=WholeHelp)
def command() -> None:
    """Tell an app's server what becomes of its jobs, and look at how that went."""


@command.command("list")
@click.option("--tenant", help="Only those of a tenant; for admins.")
@click.option("--limit", type=Number(1, 200), default=50, show_default=True)
@click.option("--cursor", default=None, help="Go on after the page that gave it.")
@as_json_option
@with_gateway
def list_webhooks(
    gateway: CommandClient, tenant: str | None, limit: int, cursor: str | None, as_json: bool
) -> None:
    """List endpoints, newest first, with how they stand. Secrets are in no list."""
    page = gateway.webhooks.page(tenant=tenant, limit=limit, cursor=cursor)
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    print_webhooks(page.webhooks, open_console(), utc_now())
    if not page.webhooks:
        say("there are no webhooks: `brainshare webhooks create ADDRESS` makes one")
    if page.next:
        say_more(page.next)


@command.command("create")
@click.argument("address")
@click.option(
    "--event",
    "events",
    type=OneOf(EVENTS),
    multiple=True,
    help=f"Tell it {listed(EVENTS)}; may be repeated. [default: all]",
)
@click.option("--description", default="", help="Says for people what is there.")
@click.option(
    "--for-jobs", is_flag=True, help="Tell it only what jobs ask for with a webhook on its host."
)
@click.option("--tenant", help="Whose jobs it is told of; for admins. [default: one's own]")
@as_json_option
@with_meant_gateway
def create(
    gateway: CommandClient,
    address: str,
    events: tuple[str, ...],
    as_json: bool,
    **said: Any,
) -> None:
    """Make an endpoint at ADDRESS, which begins with https://. Its secret is shown this once."""
    _show_secret(gateway.webhooks.create(address, events=events, **said), as_json)


@command.command("change")
@click.argument("webhook_id", metavar="WEBHOOK")
@click.option("--address", help="Where it is from now on.")
@click.option(
    "--event", "events", type=OneOf(EVENTS), multiple=True, help="What it is told from now on."
)
@click.option("--description", help="Says for people what is there.")
@click.option("--on/--off", "is_enabled", default=None, help="Send to it, or not any more.")
@click.option("--reason", default="", help="Why, for the log of acts.")
@as_json_option
@with_meant_gateway
def change(
    gateway: CommandClient,
    webhook_id: str,
    address: str | None,
    is_enabled: bool | None,
    as_json: bool,
    **said: str | tuple[str, ...] | None,
) -> None:
    """Change the endpoint WEBHOOK, turn it off, or on again with what has waited."""
    asked: dict[str, Any] = {name: value for name, value in said.items() if value}
    asked |= {"url": address} if address else {}
    asked |= {} if is_enabled is None else {"is_enabled": is_enabled}
    if not asked.keys() - {"reason"}:
        told = "give --address, --event, --description, --on or --off"
        raise click.UsageError(f"nothing to change: {told}")
    webhook = gateway.webhooks.change(webhook_id, **asked)
    click.echo(escape_json(webhook.to_json()) if as_json else plain(webhook_line(webhook)))


@command.command("delete")
@click.argument("webhook_id", metavar="WEBHOOK")
@with_meant_gateway
def delete(gateway: CommandClient, webhook_id: str) -> None:
    """Delete the endpoint WEBHOOK, with what it was to be told and its log."""
    gateway.webhooks.delete(webhook_id)
    click.echo(plain(webhook_id))


@command.command("rotate")
@click.argument("webhook_id", metavar="WEBHOOK")
@click.option(
    "--overlap-s",
    type=Number(0, MAX_OVERLAP_S),
    default=DEFAULT_OVERLAP_S,
    show_default=True,
    help="For how long what is sent is signed with the old secret, too, in seconds.",
)
@as_json_option
@with_meant_gateway
def rotate(gateway: CommandClient, webhook_id: str, overlap_s: int, as_json: bool) -> None:
    """Make a new secret for the endpoint WEBHOOK."""
    _show_secret(gateway.webhooks.rotate(webhook_id, overlap_s=overlap_s), as_json)


@command.command("test")
@click.argument("webhook_id", metavar="WEBHOOK")
@as_json_option
@with_meant_gateway
def test(gateway: CommandClient, webhook_id: str, as_json: bool) -> None:
    """Send a test event to the endpoint WEBHOOK."""
    delivery = gateway.webhooks.test(webhook_id)
    if as_json:
        click.echo(escape_json(delivery.to_json()))
        return
    click.echo(plain(delivery_line(delivery)))
    say(f"what comes of it: `brainshare webhooks deliveries {webhook_id} {delivery.id}`")


@command.command("deliveries")
@click.argument("webhook_id", metavar="WEBHOOK")
@click.argument("delivery_id", metavar="[DELIVERY]", required=False)
@click.option("--state", type=OneOf(STATES), help=f"Only those that are {listed(STATES)}.")
@click.option("--limit", type=Number(1, 200), default=20, show_default=True)
@click.option("--cursor", default=None, help="Go on after the page that gave it.")
@as_json_option
@with_gateway
def deliveries(
    gateway: CommandClient,
    webhook_id: str,
    delivery_id: str | None,
    as_json: bool,
    **asked: str | int | None,
) -> None:
    """List what the endpoint WEBHOOK was told, newest first, or show DELIVERY with its log."""
    if delivery_id is not None:
        _show_record(gateway, webhook_id, delivery_id, as_json)
        return
    page = gateway.webhooks.deliveries_page(webhook_id, **asked)
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    print_deliveries(page.deliveries, open_console(), utc_now())
    if not page.deliveries:
        say("nothing was to be told, or none is in this state")
    if page.next:
        say_more(page.next)


@command.command("resend")
@click.argument("webhook_id", metavar="WEBHOOK")
@click.argument("delivery_id", metavar="DELIVERY")
@as_json_option
@with_meant_gateway
def resend(gateway: CommandClient, webhook_id: str, delivery_id: str, as_json: bool) -> None:
    """Send DELIVERY again, under its id, whatever became of it."""
    delivery = gateway.webhooks.resend(webhook_id, delivery_id)
    click.echo(escape_json(delivery.to_json()) if as_json else plain(delivery_line(delivery)))


@command.command("recover")
@click.argument("webhook_id", metavar="WEBHOOK")
@click.option("--since", required=True, help="From when on, such as 2026-01-02T03:00:00Z.")
@click.option("--until", default=None, help="And before then. [default: up to now]")
@click.option("--undelivered-only", is_flag=True, help="Leave out what was taken.")
@click.option("--reason", default="", help="Why, for the log of acts.")
@as_json_option
@with_meant_gateway
def recover(
    gateway: CommandClient,
    webhook_id: str,
    since: str,
    until: str | None,
    undelivered_only: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Send everything again that the endpoint WEBHOOK was to be told since a moment, in order."""
    asked = {"since": since, "undeliveredOnly": undelivered_only, "reason": reason}
    asked |= {"until": until} if until else {}
    result = gateway.run(webhook_call.send_recover(webhook_id, asked))
    click.echo(escape_json(result.to_json()) if as_json else f"{result.count} sent again")


def _show_record(gateway: CommandClient, webhook_id: str, delivery_id: str, as_json: bool) -> None:
    record = gateway.webhooks.delivery(webhook_id, delivery_id)
    if as_json:
        click.echo(escape_json(record.to_json()))
        return
    for line in record_lines(record, utc_now()):
        click.echo(fold(plain(line), sys.stdout, indent=len(line) - len(line.lstrip()) + 2))


def _show_secret(made: NewWebhook, as_json: bool) -> None:
    if as_json:
        click.echo(escape_json(made.to_json()))
        return
    click.echo(made.secret)
    say(f"{plain(webhook_line(made))}; {SHOWN_ONCE}")
