"""`brainshare retry`: runs a failed job again."""

import click

from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.target.completion import complete_jobs
from services.cli.target.options import because, with_gateway
from services.cli.terminal.output import say
from services.cli.terminal.text import escape_json


@click.command("retry")
@click.argument("job_id", shell_complete=complete_jobs)
@because
@click.option("--json", "as_json", is_flag=True, help="Print the job as it stood.")
@with_gateway
def command(gateway: CommandClient, job_id: str, reason: str, as_json: bool) -> None:
    """Run the failed job JOB_ID again, from the stage that gave up; what it had is kept."""
    job = gateway.jobs.retry(find_job(gateway, job_id), reason=reason)
    if as_json:
        click.echo(escape_json(job.to_json()))
        return
    click.echo(f"job {job.job_id} runs again")
    say(f"see how: brainshare watch {str(job.job_id)[:8]}")
