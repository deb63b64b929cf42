"""`brainshare result`: what a job suggests."""

import click

from schemas.api.status import JobState, JobStatus
from schemas.api.warning import DEMO_WARNING
from services.cli.client.gateway import GatewayClient
from services.cli.client.job_id import find_job
from services.cli.target.options import with_gateway
from services.cli.terminal.error import JobFailed
from services.cli.terminal.output import open_console, say
from services.cli.terminal.text import escape_json
from services.cli.view.job import error_line
from services.cli.view.result import print_result


@click.command("result")
@click.argument("job_id")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the final table of an ended job as CSV.")
@with_gateway
def command(gateway: GatewayClient, job_id: str, as_json: bool, as_csv: bool) -> None:
    """Print the suggestions of JOB_ID as tables. A job under way shows what there is so far."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    job = gateway.status(find_job(gateway, job_id))
    if job.result is None:
        raise JobFailed(error_line(job) + ": there is no suggestion yet")
    if as_csv:
        _print_csv(gateway, job)
    elif as_json:
        click.echo(escape_json(job.result.to_json()))
    else:
        print_result(job.result, open_console())
    if job.status is not JobState.COMPLETED:
        say(f"this is a part: job {job.job_id} is {job.status.value}")
    if job.error is not None:
        raise JobFailed(error_line(job))


def _print_csv(gateway: GatewayClient, job: JobStatus) -> None:
    file = gateway.result_csv(str(job.job_id))
    click.echo(file.content, nl=False)
    if file.is_demo:
        click.echo(DEMO_WARNING, err=True)
