"""`brainshare watch`: a job, live."""

import click
from rich.console import Console
from rich.live import Live

from schemas.api.status import JobState, JobSummary
from services.cli.client.gateway import GatewayClient, connect
from services.cli.client.settings import ClientSettings
from services.cli.terminal.error import JobFailed
from services.cli.view.job import error_line, job_line, progress_view
from services.lifecycle.clock import utc_now


@click.command("watch")
@click.argument("job_id")
def command(job_id: str) -> None:
    """Show the progress of JOB_ID until it has ended."""
    with connect(ClientSettings().url) as gateway:
        watch_job(gateway, job_id)


def watch_job(gateway: GatewayClient, job_id: str) -> JobSummary:
    """Show a job's progress until it has ended.

    Raises:
        JobFailed: It ended otherwise than completed.
    """
    console = Console()
    job = _watch_live(gateway, job_id, console)
    if job.status is not JobState.COMPLETED:
        raise JobFailed(error_line(job))
    return job


def _watch_live(gateway: GatewayClient, job_id: str, console: Console) -> JobSummary:
    changes = gateway.follow(job_id)
    job = next(changes)
    if not console.is_terminal:
        _print(job, console)
        for job in changes:
            _print(job, console)
        return job

    shown = [job]
    with Live(get_renderable=lambda: progress_view(shown[-1], utc_now()), console=console) as live:
        for job in changes:
            shown.append(job)
            live.refresh()
    return shown[-1]


def _print(job: JobSummary, console: Console) -> None:
    stages = "  ".join(f"{stage.name.value}: {stage.state.value}" for stage in job.stages)
    console.print(job_line(job), stages, soft_wrap=True)
