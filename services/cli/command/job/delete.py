"""`brainshare delete`: takes a job out of the gateway's tables."""

import click

from schemas.api.act import Deletion
from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.target.completion import complete_jobs
from services.cli.target.options import because, with_meant_gateway
from services.cli.terminal.text import escape_json
from services.cli.view.time import show_moment


@click.command("delete")
@click.argument("job_id", shell_complete=complete_jobs)
@because
@click.option("--yes", is_flag=True, help="Do it: nothing brings the job back.")
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_meant_gateway
def command(gateway: CommandClient, job_id: str, reason: str, yes: bool, as_json: bool) -> None:
    """Delete the job JOB_ID, which has ended, and say what of it Kafka holds until when."""
    job_id = find_job(gateway, job_id)
    if not yes:
        raise click.UsageError(f"nothing brings job {job_id} back: say --yes to delete it")
    deletion = gateway.jobs.delete(job_id, reason=reason)
    click.echo(escape_json(deletion.to_json()) if as_json else "\n".join(_tell(deletion)))


def _tell(deletion: Deletion) -> list[str]:
    lines = [f"job {deletion.job_id} is deleted from the gateway's tables"]
    for left in deletion.remains:
        until = "for ever" if left.until is None else f"until {show_moment(left.until)}"
        lines.append(f"  {left.records} in {left.topic} {until}")
    return lines
