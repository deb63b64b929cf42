"""`brainshare status`: one job, or the newest ones."""

import click

from schemas.api.status import JobState
from services.cli.client.gateway import GatewayClient
from services.cli.client.job_id import find_job
from services.cli.target.options import with_gateway
from services.cli.terminal.output import open_console
from services.cli.terminal.text import escape_json
from services.cli.view.job import error_line, job_line, progress_view
from services.lifecycle.clock import utc_now


@click.command("status")
@click.argument("job_id", required=False)
@click.option("--status", type=click.Choice([state.value for state in JobState]), default=None)
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_gateway
def command(
    gateway: GatewayClient, job_id: str | None, status: str | None, limit: int, as_json: bool
) -> None:
    """Show the job JOB_ID (`last`, or the beginning of its id), or the newest jobs."""
    if job_id is None:
        page = gateway.jobs(status=status, limit=limit)
        lines = [job_line(job) for job in page.jobs]
        answer = page.to_json()
    else:
        job = gateway.status(find_job(gateway, job_id))
        lines, answer = [job_line(job)], job.to_json()
    if as_json:
        click.echo(escape_json(answer))
        return
    console = open_console()
    for line in lines:
        console.print(line, soft_wrap=True)
    if job_id is None:
        click.echo("" if lines else "no jobs yet: `brainshare submit FILE` makes one", nl=not lines)
    else:
        console.print(progress_view(job, utc_now()))
        if job.error:
            console.print(error_line(job), markup=False)
