"""`brainshare dead-letters`: what stages have given up on, and putting it back."""

import sys
from collections.abc import Iterator
from typing import Any

import click

from schemas.api.dead_letter import (
    DeadLetter,
    LetterState,
    RedriveResult,
)
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from services.cli.client.letter_id import find_letter_id
from services.cli.target.completion import complete_letters
from services.cli.target.options import because, with_gateway, with_meant_gateway
from services.cli.terminal.fold import fold
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.number import Number, OneOf, listed
from services.cli.terminal.output import open_console, say, say_more
from services.cli.terminal.text import escape_json, plain
from services.cli.view.dead_letter import (
    letter_line,
    print_groups,
    print_letters,
    record_lines,
    skipped_line,
    value_form,
)
from services.lifecycle.clock import utc_now

REDRIVES_AT_ONCE = 500

STAGES = tuple(stage.value for stage in StageName)
KINDS = tuple(kind.value for kind in ErrorKind)
STATES = tuple(state.value for state in LetterState)

by_state = click.option(
    "--state",
    type=OneOf(STATES),
    default=LetterState.OPEN.value,
    show_default=True,
    help=f"Only those that are {listed(STATES)}.",
)
by_stage = click.option("--stage", type=OneOf(STAGES), help=f"Only of {listed(STAGES)}.")
by_kind = click.option("--kind", type=OneOf(KINDS), help=f"Only {listed(KINDS)}.")

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print what the gateway answers."
)


@click.group("dead-letters", cls=WholeHelp)
def command() -> None:
    """Look at dead letters, put them back, or put them aside."""


@command.command("list")
@by_state
@by_stage
@by_kind
@click.option("--group", "fingerprint", default=None, metavar="FINGERPRINT")
@click.option("--limit", type=Number(1, 200), default=20, show_default=True)
@click.option("--cursor", default=None, help="Go on after the page that gave it.")
@as_json_option
@with_gateway
def list_letters(gateway: CommandClient, as_json: bool, **filters: Any) -> None:
    """List dead letters, newest first."""
    page = gateway.dead_letters.page(**filters)
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    if not page.dead_letters:
        say(f"no dead letters are {filters['state']}")
    print_letters(page.dead_letters, open_console(), utc_now())
    if page.next:
        say_more(page.next)


@command.command("groups")
@by_state
@by_stage
@as_json_option
@with_gateway
def list_groups(gateway: CommandClient, state: str, stage: str | None, as_json: bool) -> None:
    """Count dead letters by what failed."""
    found = gateway.dead_letters.groups(state=state, stage=stage)
    if as_json:
        click.echo(escape_json(found.to_json()))
        return
    if not found.groups:
        say(f"no dead letters are {state}")
    print_groups(found.groups, open_console(), utc_now())


@command.command("show")
@click.argument("letter_id", metavar="ID", shell_complete=complete_letters)
@as_json_option
@with_gateway
def show(gateway: CommandClient, letter_id: str, as_json: bool) -> None:
    """Show the dead letter ID with its headers and original bytes.

    ID may be a job's, too: its id, the beginning of one, or `last`.
    """
    letter = gateway.dead_letters.get(find_letter_id(gateway, letter_id))
    if as_json:
        click.echo(escape_json(letter.to_json()))
        return
    for line in record_lines(letter, utc_now()):
        click.echo(fold(line, sys.stdout, indent=len(line) - len(line.lstrip()) + 2))
    click.echo(f"value, {letter.size_bytes} bytes as {value_form(letter)}:")
    click.echo(plain(letter.value or ""))


@command.command("redrive")
@click.argument("letter_id", metavar="[ID]", required=False, shell_complete=complete_letters)
@click.option("--group", "fingerprint", default=None, metavar="FINGERPRINT")
@click.option("--all", "is_all", is_flag=True, help="All that are open.")
@click.option("--dry-run", is_flag=True, help="Print what would be put back and change nothing.")
@because
@as_json_option
@with_meant_gateway
def redrive(
    gateway: CommandClient,
    letter_id: str | None,
    fingerprint: str | None,
    is_all: bool,
    dry_run: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Put the dead letter ID, a group or all of them back, with their original bytes.

    ID may be a job's, too. Many go at the gateway's rate. When this is stopped, run it again:
    none goes twice.
    """
    if [letter_id is not None, fingerprint is not None, is_all].count(True) != 1:
        raise click.UsageError("give one of: ID, --group FINGERPRINT, --all")
    verb = "would be redriven" if dry_run else "redriven"
    if letter_id is None:
        runs = redrive_in_runs(gateway, fingerprint, dry_run=dry_run, reason=reason)
        _show_runs(runs, count_open(gateway, fingerprint), verb, as_json)
        return
    letter_id = find_letter_id(gateway, letter_id)
    one = (
        gateway.dead_letters.get(letter_id)
        if dry_run
        else gateway.dead_letters.redrive(letter_id, reason=reason)
    )
    _show_done(verb, one, as_json)


def _show_runs(runs: Iterator[RedriveResult], total: int, verb: str, as_json: bool) -> None:
    done, skipped = 0, 0
    for result in runs:
        done, skipped = done + len(result.dead_letters), skipped + len(result.skipped)
        if as_json:
            click.echo(escape_json(result.to_json()))
        else:
            _show_run(result, verb)
        if result.next is not None:
            click.echo(f"{done + skipped} of {total} looked at", err=True)
    if as_json:
        return
    if done + skipped:
        click.echo(f"{done} {verb}, {skipped} skipped")
    else:
        click.echo("nothing to redrive")


def _show_run(result: RedriveResult, verb: str) -> None:
    for letter in result.dead_letters:
        _tell(f"{verb}: {letter_line(letter)}")
    for passed_over in result.skipped:
        _tell(f"skipped: {skipped_line(passed_over)}")


def redrive_in_runs(
    gateway: CommandClient, fingerprint: str | None, *, dry_run: bool, reason: str
) -> Iterator[RedriveResult]:
    """Ask until all have been gone through that are open now; None stands for all groups."""
    cursor: str | None = None
    while True:
        result = gateway.dead_letters.redrive_many(
            fingerprint=fingerprint,
            limit=REDRIVES_AT_ONCE,
            cursor=cursor,
            dry_run=dry_run,
            reason=reason,
        )
        yield result
        cursor = result.next
        if cursor is None:
            return


def count_open(gateway: CommandClient, fingerprint: str | None) -> int:
    """How many dead letters a redrive goes through; None stands for all groups."""
    groups = gateway.dead_letters.groups(state=LetterState.OPEN.value).groups
    return sum(g.count for g in groups if fingerprint in (None, g.fingerprint))


@command.command("discard")
@click.argument("letter_id", metavar="ID", shell_complete=complete_letters)
@click.option("--reason", required=True)
@click.option("--by", envvar="USER", default="", show_envvar=True)
@as_json_option
@with_meant_gateway
def discard(gateway: CommandClient, letter_id: str, reason: str, by: str, as_json: bool) -> None:
    """Put the dead letter ID aside for good. ID may be a job's, too. Nothing is deleted."""
    found = find_letter_id(gateway, letter_id)
    letter = gateway.dead_letters.discard(found, reason=reason, by=by)
    _show_done("discarded", letter, as_json)


def _show_done(verb: str, letter: DeadLetter, as_json: bool) -> None:
    if as_json:
        click.echo(escape_json(letter.to_json()))
    else:
        _tell(f"{verb}: {letter_line(letter)}")


def _tell(line: str) -> None:
    click.echo(fold(line, sys.stdout, indent=2))
