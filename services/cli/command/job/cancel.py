"""`brainshare cancel`: stops a job, and shows what came of it."""

import click

from schemas.api.status import JobState
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from services.cli.client.job_id import find_job
from services.cli.target.completion import complete_jobs
from services.cli.target.options import because, with_meant_gateway
from services.cli.terminal.error import Interrupted, JobFailed
from services.cli.terminal.text import escape_json
from services.cli.terminal.waiting import say_waiting
from services.cli.view.job import receipt_lines


@click.command("cancel")
@click.argument("job_id", shell_complete=complete_jobs)
@because
@click.option("--json", "as_json", is_flag=True, help="Print the job as it has ended.")
@with_meant_gateway
def command(gateway: CommandClient, job_id: str, reason: str, as_json: bool) -> None:
    """Cancel JOB_ID, wait until it has ended, and print the receipt."""
    job_id = find_job(gateway, job_id)
    gateway.jobs.cancel(job_id, reason=reason)
    try:
        with say_waiting(f"job {job_id} to end: if a call is under way, it is closed first"):
            *_, job = follow(gateway, job_id)
    except (KeyboardInterrupt, Interrupted) as error:
        raise Interrupted(
            f"not waited for: job {job_id} is being cancelled; `brainshare status {job_id}` shows"
            " what came of it"
        ) from error
    click.echo(escape_json(job.to_json()) if as_json else "\n".join(receipt_lines(job)))
    if job.status is not JobState.CANCELLED:
        raise JobFailed(
            f"job {job_id} is {job.status.value}: it ended before the cancel took effect"
        )
