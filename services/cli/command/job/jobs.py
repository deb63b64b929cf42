"""`brainshare jobs`: the list of jobs, by what is true of them."""

from typing import Any

import click

from services.cli.client.command_client import CommandClient
from services.cli.target.job_filter import by_job, to_query
from services.cli.target.options import with_gateway
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.number import Number
from services.cli.terminal.output import open_console, say_more
from services.cli.terminal.text import escape_json
from services.cli.view.job import print_jobs
from services.lifecycle.clock import utc_now


@click.group("jobs", cls=WholeHelp)
def command() -> None:
    """Find jobs."""


@command.command("list")
@by_job
@click.option("--limit", type=Number(1, 200), default=20, show_default=True)
@click.option("--cursor", default=None, help="Go on after the page that gave it.")
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_gateway
def list_jobs(gateway: CommandClient, as_json: bool, **said: Any) -> None:
    """List jobs, newest first: those of which all is true that the options say."""
    more = show_jobs(gateway, to_query(said), as_json)
    if more and not as_json:
        say_more(more)


def show_jobs(gateway: CommandClient, query: dict[str, Any], as_json: bool) -> str | None:
    """Print a page of jobs.

    Returns:
        The cursor of the next one.
    """
    page = gateway.jobs.page(**query)
    if as_json:
        click.echo(escape_json(page.to_json()))
    elif page.jobs:
        print_jobs(page.jobs, open_console(), utc_now())
    else:
        click.echo(_tell_none(query))
    return page.next


def _tell_none(query: dict[str, Any]) -> str:
    asked = {name: said for name, said in query.items() if name not in ("limit", "cursor")}
    if not asked:
        return "no jobs yet: `brainshare submit FILE` makes one"
    if asked.keys() == {"status"}:
        return f"no job is {asked['status']}"
    return f"no job has all of: {', '.join(f'{name} {said}' for name, said in asked.items())}"
