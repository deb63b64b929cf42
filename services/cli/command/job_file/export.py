"""`brainshare export`: writes all that is known of a job into one file."""

from pathlib import Path

import click

from brainshare_client.exchange.answer import as_bytes
from brainshare_client.exchange.call import path_of, read_from
from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.export.new_file import refuse_existing, write_new
from services.cli.job_file.document import JobDocument, read_document
from services.cli.job_file.folder import ImportedJobs
from services.cli.job_file.view import note_lines
from services.cli.target.completion import complete_jobs
from services.cli.target.options import open_gateway, with_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, GatewayUnreachable, RequestRefused
from services.cli.terminal.output import say
from services.cli.view.listing import SHORT_ID

STDOUT = "-"


@click.command("export")
@click.argument("job_id", shell_complete=complete_jobs)
@click.option(
    "-o",
    "--output",
    metavar="FILE|-",
    help="A new file, or - to print it. [default: job-<the beginning of its id>.json]",
)
@click.option("--overwrite", is_flag=True, help="Write FILE although it exists.")
@click.option("--imported", "is_imported", is_flag=True, help="The one that was imported here.")
@with_target
def command(
    target: Target, job_id: str, output: str | None, overwrite: bool, is_imported: bool
) -> None:
    """Write JOB_ID into one file: its status, result, history and what was asked for.

    What looks like a secret is taken out; the cells of the table are in it. A job that no gateway
    has, and that was imported here, is written from there.
    """
    if output not in (None, STDOUT):
        refuse_existing(Path(output or ""), overwrite=overwrite)
    imported = ImportedJobs(target.data_dir)
    job = imported.find(job_id) if is_imported else _ask(target, job_id, imported)
    for line in note_lines(job.file):
        say(line)
    if output == STDOUT:
        click.echo(job.write(), nl=False)
        return
    path = Path(output or f"job-{job.job_id[:SHORT_ID]}.json")
    write_new(path, job.write(), overwrite=overwrite)
    say(f"{path} is written")


def _ask(target: Target, job_id: str, imported: ImportedJobs) -> JobDocument:
    try:
        with open_gateway(target) as gateway:
            whole = find_job(gateway, job_id)
            return read_document(_read_file(gateway, whole), "what the gateway answers")
    except (RequestRefused, GatewayUnreachable) as error:
        return _find_imported(imported, job_id, error)


def _read_file(gateway: CommandClient, job_id: str) -> bytes:
    """The file as it came: a later release may have written more into it than this one knows."""
    return gateway.run(read_from(path_of("jobs", job_id, "file"), as_bytes))


def _find_imported(imported: ImportedJobs, job_id: str, error: CliError) -> JobDocument:
    try:
        job = imported.find(job_id)
    except RequestRefused:
        raise error from None
    say(f"{error}: this is the one that was imported")
    return job
