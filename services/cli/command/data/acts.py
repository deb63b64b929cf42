"""`brainshare acts`: what operators and admins did."""

from typing import Any

import click

from services.cli.client.command_client import CommandClient
from services.cli.target.options import with_gateway
from services.cli.terminal.number import Number
from services.cli.terminal.output import open_console, say, say_more
from services.cli.terminal.text import escape_json
from services.cli.view.act import print_acts
from services.lifecycle.clock import utc_now


@click.command("acts")
@click.option("--tenant", help="Only those on what is a tenant's.")
@click.option("--limit", type=Number(1, 200), default=20, show_default=True)
@click.option("--cursor", default=None, help="Go on after the page that gave it.")
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_gateway
def command(gateway: CommandClient, as_json: bool, **filters: Any) -> None:
    """List what operators and admins did, newest first: who, what, on what, and why."""
    page = gateway.acts.page(**filters)
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    print_acts(page.acts, open_console(), utc_now())
    if not page.acts:
        say("nobody has done anything yet")
    if page.next:
        say_more(page.next)
