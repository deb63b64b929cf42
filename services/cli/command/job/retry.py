"""`brainshare retry`: runs a failed job again."""

import click

from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.command.job.watch import watch_job
from services.cli.target.completion import complete_jobs
from services.cli.target.options import because, with_meant_gateway
from services.cli.terminal.output import hint, say
from services.cli.terminal.text import escape_json
from services.cli.view.listing import SHORT_ID


@click.command("retry")
@click.argument("job_id", shell_complete=complete_jobs)
@because
@click.option("--watch", "is_watched", is_flag=True, help="Watch the job until it has ended.")
@click.option("--json", "as_json", is_flag=True, help="Print the job as it stood.")
@with_meant_gateway
def command(
    gateway: CommandClient, job_id: str, reason: str, is_watched: bool, as_json: bool
) -> None:
    """Run the failed job JOB_ID again, from the stage that gave up; what it had is kept."""
    job = gateway.jobs.retry(find_job(gateway, job_id), reason=reason)
    short = str(job.job_id)[:SHORT_ID]
    click.echo(escape_json(job.to_json()) if as_json else f"job {job.job_id} runs again")
    if is_watched:
        watch_job(gateway, str(job.job_id), as_json, newer_than=job.version)
        hint(f"see it with `brainshare result {short}`")
    elif not as_json:
        say(f"see how: brainshare watch {short}")
