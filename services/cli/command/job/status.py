"""`brainshare status`: one job, or the newest ones."""

import sys

import click

from schemas.api.status import JobState, JobStatus
from services.cli.client.gateway import GatewayClient
from services.cli.client.job_id import find_job
from services.cli.target.completion import complete_jobs
from services.cli.target.options import with_gateway
from services.cli.terminal.fold import fold
from services.cli.terminal.number import Number, OneOf, listed
from services.cli.terminal.output import open_console
from services.cli.terminal.text import escape_json
from services.cli.view.job import print_job, print_jobs, way_on_lines
from services.lifecycle.clock import utc_now

STATES = tuple(state.value for state in JobState)


@click.command("status")
@click.argument("job_id", required=False, shell_complete=complete_jobs)
@click.option("--status", type=OneOf(STATES), help=f"Only jobs that are {listed(STATES)}.")
@click.option("--limit", type=Number(1, 200), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_gateway
def command(
    gateway: GatewayClient, job_id: str | None, status: str | None, limit: int, as_json: bool
) -> None:
    """Show the job JOB_ID (`last`, or the beginning of its id), or the newest jobs."""
    if job_id is not None:
        _show_one(gateway.status(find_job(gateway, job_id)), as_json)
        return
    page = gateway.jobs(status=status, limit=limit)
    if as_json:
        click.echo(escape_json(page.to_json()))
    elif page.jobs:
        print_jobs(page.jobs, open_console(), utc_now())
    else:
        none_yet = "no jobs yet: `brainshare submit FILE` makes one"
        click.echo(f"no job is {status}" if status else none_yet)


def _show_one(job: JobStatus, as_json: bool) -> None:
    if as_json:
        click.echo(escape_json(job.to_json()))
        return
    console = open_console()
    print_job(job, console, utc_now())
    for line in way_on_lines(job):
        click.echo(fold(line, sys.stdout, indent=2))
