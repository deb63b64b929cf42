"""`brainshare import`: reads the file of a job, keeps it, and shows the job."""

import sys
from pathlib import Path

import click

from services.cli.job_file.document import open_document
from services.cli.job_file.folder import ImportedJobs
from services.cli.job_file.view import note_lines, print_file
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.terminal.fold import fold
from services.cli.terminal.output import hint, open_console, say
from services.cli.terminal.text import escape_json
from services.cli.view.listing import SHORT_ID
from services.lifecycle.clock import utc_now


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Although another state of the job is kept.")
@click.option("--json", "as_json", is_flag=True, help="Print the file as it is kept.")
@with_target
def command(target: Target, file: Path, overwrite: bool, as_json: bool) -> None:
    """Read FILE, which `export` has written, keep it in the data folder and show the job.

    It needs no stack and no Kafka, and changes nothing in one: no gateway lists the job.
    """
    job = open_document(file)
    ImportedJobs(target.data_dir).keep(job, overwrite=overwrite)
    if as_json:
        click.echo(escape_json(job.write()), nl=False)
        return
    print_file(job.file, open_console(), utc_now())
    for line in note_lines(job.file):
        say(fold(line, sys.stdout, indent=2))
    if job.file.record is not None:
        hint(f"ask for the same here: `brainshare submit {file}`")
    hint(f"write it again: `brainshare export {job.job_id[:SHORT_ID]} --imported`")
