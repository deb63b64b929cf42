"""`brainshare errors`: what goes wrong, by what failed alike, and what is decided of it."""

import click

from schemas.api.error_group import ErrorGroup, ErrorSource, GroupState
from services.cli.client.command_client import CommandClient
from services.cli.target.options import because, with_gateway, with_meant_gateway
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.number import OneOf, listed
from services.cli.terminal.output import open_console, say
from services.cli.terminal.text import escape_json
from services.cli.view.error_group import detail_lines, group_line, print_errors
from services.lifecycle.clock import utc_now

STATES = tuple(state.value for state in GroupState)
SOURCES = tuple(source.value for source in ErrorSource)

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print what the gateway answers."
)
of_one = click.argument("fingerprint")


@click.group("errors", cls=WholeHelp)
def command() -> None:
    """What goes wrong, by what failed alike, and what is decided of it."""


@command.command("list")
@click.option("--state", type=OneOf(STATES), help=f"Only those that are {listed(STATES)}.")
@click.option("--source", type=OneOf(SOURCES), help=f"Only of {listed(SOURCES)}.")
@as_json_option
@with_gateway
def list_errors(gateway: CommandClient, as_json: bool, **filters: str | None) -> None:
    """List errors, the one that was seen last first."""
    page = gateway.errors.page(**filters)
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    if not page.errors:
        say("nothing has gone wrong" if not any(filters.values()) else "no error is like that")
    print_errors(page.errors, open_console(), utc_now())


@command.command("show")
@of_one
@as_json_option
@with_gateway
def show(gateway: CommandClient, fingerprint: str, as_json: bool) -> None:
    """Show the error FINGERPRINT, with the latest of its kind."""
    detail = gateway.errors.get(_checked(fingerprint))
    if as_json:
        click.echo(escape_json(detail.to_json()))
        return
    for line in detail_lines(detail, utc_now()):
        click.echo(line)


@command.command("resolve")
@of_one
@because
@as_json_option
@with_meant_gateway
def resolve(gateway: CommandClient, fingerprint: str, reason: str, as_json: bool) -> None:
    """Call FINGERPRINT mended. Seen again, it has regressed."""
    _show(gateway.errors.resolve(_checked(fingerprint), reason=reason), as_json)


@command.command("mute")
@of_one
@because
@as_json_option
@with_meant_gateway
def mute(gateway: CommandClient, fingerprint: str, reason: str, as_json: bool) -> None:
    """Say no more of FINGERPRINT, however often it is seen."""
    _show(gateway.errors.mute(_checked(fingerprint), reason=reason), as_json)


@command.command("reopen")
@of_one
@because
@as_json_option
@with_meant_gateway
def reopen(gateway: CommandClient, fingerprint: str, reason: str, as_json: bool) -> None:
    """Take back what was decided of FINGERPRINT."""
    _show(gateway.errors.reopen(_checked(fingerprint), reason=reason), as_json)


def _show(group: ErrorGroup, as_json: bool) -> None:
    click.echo(escape_json(group.to_json()) if as_json else group_line(group))


def _checked(fingerprint: str) -> str:
    digits = fingerprint.strip().lower()
    if len(digits) != 12 or not set(digits) <= set("0123456789abcdef"):
        raise click.UsageError(
            f"{fingerprint!r} is no fingerprint: 12 hex digits, as `brainshare errors list` says"
        )
    return digits
