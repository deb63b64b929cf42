"""`brainshare result`: what a job suggests."""

import click
from rich.console import Console

from services.cli.client_settings import ClientSettings
from services.cli.error import JobFailed
from services.cli.gateway_client import connect
from services.cli.job_view import error_line, print_result


@click.command("result")
@click.argument("job_id")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(job_id: str, as_json: bool) -> None:
    """Print the suggestions of JOB_ID as tables. A job under way shows what there is so far."""
    with connect(ClientSettings().url) as gateway:
        job = gateway.status(job_id)
    if job.result is None:
        raise JobFailed(error_line(job) + ": there is no suggestion yet")
    if as_json:
        click.echo(job.result.to_json().decode())
    else:
        print_result(job.result, Console())
    if job.error is not None:
        raise JobFailed(error_line(job))
