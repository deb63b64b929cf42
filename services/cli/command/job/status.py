"""`brainshare status`: one job, or the newest ones."""

import sys
from typing import Any

import click

from schemas.api.status import JobStatus
from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.command.job.jobs import show_jobs
from services.cli.target.completion import complete_jobs
from services.cli.target.job_filter import by_job, to_query
from services.cli.target.options import with_gateway
from services.cli.terminal.fold import fold
from services.cli.terminal.number import Number
from services.cli.terminal.output import open_console
from services.cli.terminal.text import escape_json
from services.cli.view.job import print_job, way_on_lines
from services.lifecycle.clock import utc_now


@click.command("status")
@click.argument("job_id", required=False, shell_complete=complete_jobs)
@by_job
@click.option("--limit", type=Number(1, 200), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_gateway
def command(gateway: CommandClient, job_id: str | None, as_json: bool, **said: Any) -> None:
    """Show the job JOB_ID (`last`, or the beginning of its id), or the newest jobs."""
    query = to_query(said)
    if job_id is None:
        show_jobs(gateway, query, as_json)
        return
    if given := sorted(query.keys() - {"limit"}):
        raise click.UsageError(f"give a job or a filter, not both: {job_id} and {given[0]}")
    _show_one(gateway, gateway.jobs.get(find_job(gateway, job_id)), as_json)


def _show_one(gateway: CommandClient, job: JobStatus, as_json: bool) -> None:
    if as_json:
        click.echo(escape_json(job.to_json()))
        return
    console = open_console()
    print_job(gateway.time_retries(job), console, utc_now())
    for line in way_on_lines(job):
        click.echo(fold(line, sys.stdout, indent=2))
