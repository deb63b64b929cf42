"""`brainshare cancel`: stops a job, and shows what came of it."""

import click

from schemas.api.status import JobState
from services.cli.client.gateway import connect
from services.cli.client.settings import ClientSettings
from services.cli.terminal.error import JobFailed
from services.cli.view.job import receipt_line


@click.command("cancel")
@click.argument("job_id")
def command(job_id: str) -> None:
    """Cancel JOB_ID, wait until it has ended, and print the receipt."""
    with connect(ClientSettings().url) as gateway:
        gateway.cancel(job_id)
        *_, job = gateway.follow(job_id)
    click.echo(receipt_line(job))
    if job.status is not JobState.CANCELLED:
        raise JobFailed(
            f"job {job_id} is {job.status.value}: it ended before the cancel took effect"
        )
