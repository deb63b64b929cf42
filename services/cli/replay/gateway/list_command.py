"""`brainshare replay list` and `show`: the replays that a gateway runs."""

import click

from services.cli.client.command_client import CommandClient
from services.cli.replay.gateway.list_view import replay_line, replay_lines
from services.cli.target.options import with_gateway
from services.cli.terminal.number import Number
from services.cli.terminal.output import say
from services.cli.terminal.text import escape_json

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print what the gateway answers."
)


@click.command("list")
@click.option("--limit", type=Number(1, 200), default=20, show_default=True)
@as_json_option
@with_gateway
def list_replays(gateway: CommandClient, limit: int, as_json: bool) -> None:
    """List the replays that were planned over HTTP, newest first."""
    page = gateway.replays.page(limit=limit)
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    for replay in page.replays:
        click.echo(replay_line(replay))
    if not page.replays:
        say("no replay was planned over HTTP yet; those of manifests are in no list")


@click.command("show")
@click.argument("replay_id", metavar="ID")
@as_json_option
@with_gateway
def show(gateway: CommandClient, replay_id: str, as_json: bool) -> None:
    """Show the replay ID of the gateway: what was planned, and how far it is."""
    replay = gateway.replays.get(replay_id)
    if as_json:
        click.echo(escape_json(replay.to_json()))
        return
    for line in replay_lines(replay):
        click.echo(line)
