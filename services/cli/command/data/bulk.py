"""`brainshare bulk`: one act on many jobs, counted first, watched, stopped."""

from typing import Any

import click

from schemas.api.batch import OF_ANY_JOBS, BulkAction, BulkOutcome
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow_bulk
from services.cli.target.job_filter import by_job, to_query
from services.cli.target.options import because, with_gateway, with_meant_gateway
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.number import Number, OneOf
from services.cli.terminal.output import say
from services.cli.terminal.text import escape_json, plain
from services.cli.view.bulk_action import bulk_line

SHOWN = 20
KINDS = tuple(kind.value for kind in OF_ANY_JOBS)

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print what the gateway answers."
)


@click.group("bulk", cls=WholeHelp)
def command() -> None:
    """Cancel, retry or discard many jobs."""


@command.command("begin")
@click.argument("action", type=OneOf(KINDS))
@by_job
@because
@click.option("--preview", is_flag=True, help="Only count.")
@click.option("--yes", is_flag=True, help="Do it; without, it is counted only.")
@click.option("--detach", is_flag=True, help="Do not wait until it has ended.")
@as_json_option
@with_meant_gateway
def begin(
    gateway: CommandClient,
    action: str,
    reason: str,
    preview: bool,
    yes: bool,
    detach: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Do ACTION (cancel, retry or discard) to all jobs that the options say."""
    bulks, meant = gateway.bulk_actions, _as_json(to_query(said))
    counted = bulks.preview(action, filter=meant, reason=reason)
    if preview or not yes:
        told = f"{counted.total} {'job' if counted.total == 1 else 'jobs'}"
        click.echo(escape_json(counted.to_json()) if as_json else f"{action}: {told}")
        if not preview:
            say("nothing is done yet: say --yes to do it")
        return
    begun = bulks.begin(action, filter=meant, reason=reason)
    if not detach:
        begun = follow_bulk(gateway, begun, lambda bulk: say(bulk_line(bulk)))
    _show(begun, as_json)


@command.command("list")
@click.option("--limit", type=Number(1, 200), default=20, show_default=True)
@as_json_option
@with_gateway
def list_bulks(gateway: CommandClient, limit: int, as_json: bool) -> None:
    """List bulk actions, newest first."""
    page = gateway.bulk_actions.page(limit=limit)
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    for bulk in page.bulk_actions:
        click.echo(bulk_line(bulk))
    if not page.bulk_actions:
        say("there were no bulk actions yet")


@command.command("show")
@click.argument("bulk_id", metavar="ID")
@as_json_option
@with_gateway
def show(gateway: CommandClient, bulk_id: str, as_json: bool) -> None:
    """Show the bulk action ID, and the first jobs that it was not done to."""
    bulks = gateway.bulk_actions
    _show(bulks.get(bulk_id), as_json)
    if as_json:
        return
    skipped = bulks.jobs_page(bulk_id, outcome=BulkOutcome.SKIPPED.value, limit=SHOWN)
    for job in skipped.jobs:
        click.echo(f"  skipped: {job.job_id}  {plain(job.detail or '')}")
    if skipped.next is not None:
        say("and more: --json, or GET .../jobs?outcome=skipped")


@command.command("stop")
@click.argument("bulk_id", metavar="ID")
@because
@as_json_option
@with_meant_gateway
def stop(gateway: CommandClient, bulk_id: str, reason: str, as_json: bool) -> None:
    """Stop the bulk action ID: what it has done stays done."""
    _show(gateway.bulk_actions.stop(bulk_id, reason=reason), as_json)


def _show(bulk: BulkAction, as_json: bool) -> None:
    click.echo(escape_json(bulk.to_json()) if as_json else bulk_line(bulk))


def _as_json(query: dict[str, Any]) -> Any:
    """A filter as JSON has it, where yes and no are no words."""
    words = {"true": True, "false": False}
    return {name: words.get(value, value) for name, value in query.items()}
