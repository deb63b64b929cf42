"""`brainshare watch`: a job, live."""

import click
from rich.console import Console
from rich.live import Live

from schemas.api.status import JobState, JobSummary
from services.cli.client.gateway import GatewayClient
from services.cli.client.job_id import find_job
from services.cli.target.options import with_gateway
from services.cli.terminal.error import Interrupted, JobFailed
from services.cli.terminal.output import is_quiet, open_console
from services.cli.terminal.text import escape_json
from services.cli.view.job import ProgressView, change_line, error_line
from services.lifecycle.clock import utc_now


@click.command("watch")
@click.argument("job_id")
@click.option("--json", "as_json", is_flag=True, help="Print each change as JSON, a line each.")
@with_gateway
def command(gateway: GatewayClient, job_id: str, as_json: bool) -> None:
    """Show the progress of JOB_ID until it has ended. It may be `last`, or an id's beginning."""
    watch_job(gateway, find_job(gateway, job_id), as_json)


def watch_job(gateway: GatewayClient, job_id: str, as_json: bool = False) -> JobSummary:
    """Show a job's progress until it has ended.

    Raises:
        JobFailed: It ended otherwise than completed.
        Interrupted: Ctrl-C.
    """
    try:
        job = _watch(gateway, job_id, as_json)
    except KeyboardInterrupt as error:
        raise Interrupted(
            f"no longer watched: job {job_id} goes on. Look again with `brainshare watch {job_id}`,"
            " stop it with `brainshare cancel`"
        ) from error
    if job.status is not JobState.COMPLETED:
        raise JobFailed(error_line(job))
    return job


def _watch(gateway: GatewayClient, job_id: str, as_json: bool) -> JobSummary:
    if as_json or is_quiet():
        for job in gateway.follow(job_id):
            if as_json:
                click.echo(escape_json(job.to_json()))
        return job
    return _watch_live(gateway, job_id, open_console())


def _watch_live(gateway: GatewayClient, job_id: str, console: Console) -> JobSummary:
    changes = gateway.follow(job_id)
    job = next(changes)
    if not console.is_terminal:
        click.echo(change_line(job))
        for job in changes:
            click.echo(change_line(job))
        return job

    shown = [job]
    with Live(get_renderable=lambda: ProgressView(shown[-1], utc_now()), console=console) as live:
        for job in changes:
            shown.append(job)
            live.refresh()
    return shown[-1]
