"""`brainshare result`: what a job suggests, on the terminal or in a file."""

from pathlib import Path

import click

from schemas.api.result import Completeness, SuggestionResult
from schemas.api.status import JobState, JobStatus
from schemas.api.warning import DEMO_WARNING
from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.export.final_table import read_final_table
from services.cli.export.new_file import refuse_existing, write_new
from services.cli.request.file_kind import SHEET_SUFFIXES
from services.cli.target.completion import complete_jobs
from services.cli.target.options import with_gateway
from services.cli.terminal.error import JobFailed
from services.cli.terminal.output import open_console, say
from services.cli.terminal.text import escape_json, plain
from services.cli.view.job import absence_line, error_line, part_line
from services.cli.view.result import print_result
from services.cli.workbook.writer import write_workbook

STDOUT = "-"
MAX_REASONS = 3


@click.command("result")
@click.argument("job_id", shell_complete=complete_jobs)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--csv",
    "csv_to",
    is_flag=False,
    flag_value=STDOUT,
    metavar="[FILE]",
    help="Write the final table of an ended job as CSV. Without FILE it is printed.",
)
@click.option("--xlsx", "xlsx_to", metavar="FILE", help="Write it as a spreadsheet.")
@click.option("--bom", is_flag=True, help="Begin the CSV with a byte order mark.")
@click.option("--overwrite", is_flag=True, help="Write FILE although it exists.")
@with_gateway
def command(
    gateway: CommandClient,
    job_id: str,
    as_json: bool,
    csv_to: str | None,
    xlsx_to: str | None,
    bom: bool,
    overwrite: bool,
) -> None:
    """Print the suggestions of JOB_ID as tables. A job under way shows what there is so far."""
    _refuse_odd(as_json, csv_to, xlsx_to, bom)
    named = [Path(name) for name in (csv_to, xlsx_to) if name not in (None, STDOUT)]
    for path in named:
        refuse_existing(path, overwrite=overwrite)
    job = gateway.jobs.get(find_job(gateway, job_id))
    if job.result is None:
        raise JobFailed(absence_line(job))
    if csv_to or xlsx_to:
        content = _export(gateway, job, job.result, csv_to, xlsx_to, bom)
        for path in named:
            write_new(path, content, overwrite=overwrite)
            say(f"{path} is written")
    elif as_json:
        click.echo(escape_json(job.result.to_json()))
    else:
        print_result(job.result, open_console())
    _tell_part(job, job.result, is_printed=not (csv_to or xlsx_to or as_json))
    if job.error is not None:
        raise JobFailed(error_line(job))


def _refuse_odd(as_json: bool, csv_to: str | None, xlsx_to: str | None, bom: bool) -> None:
    if [as_json, csv_to is not None, xlsx_to is not None].count(True) > 1:
        raise click.UsageError("--json, --csv and --xlsx exclude each other")
    if bom and csv_to is None:
        raise click.UsageError("--bom is of --csv")
    if xlsx_to == STDOUT:
        raise click.UsageError("--xlsx needs a file: a spreadsheet is nothing for a terminal")
    if xlsx_to is not None and Path(xlsx_to).suffix.lower() not in ("", ".xlsx"):
        raise click.UsageError(f"{xlsx_to!r} names no spreadsheet: --xlsx writes .xlsx files")
    if csv_to is not None and Path(csv_to).suffix.lower() in SHEET_SUFFIXES:
        raise click.UsageError(f"{csv_to!r} names a spreadsheet: --xlsx writes one")


def _export(
    gateway: CommandClient,
    job: JobStatus,
    result: SuggestionResult,
    csv_to: str | None,
    xlsx_to: str | None,
    bom: bool,
) -> bytes:
    file = gateway.jobs.result_csv(str(job.job_id), bom=bom)
    if file.is_demo:
        click.echo(DEMO_WARNING, err=True)
    if csv_to == STDOUT:
        click.echo(file.content, nl=False)
    if xlsx_to is None:
        return file.content
    table = read_final_table(file.content, result)
    return write_workbook(
        job.title,
        table.header,
        [*table.existing, *table.proposed],
        [column.data_type for column in table.columns],
        xlsx_to,
    )


def _tell_part(job: JobStatus, result: SuggestionResult, *, is_printed: bool) -> None:
    """Say that something is not there; where it is printed, its warnings are printed, too."""
    if job.status is not JobState.COMPLETED:
        say(part_line(job))
    elif result.status is not Completeness.COMPLETE and not is_printed:
        reasons = [plain(text) for text in result.warnings if text != DEMO_WARNING]
        say(f"this is not whole: {' '.join(reasons[:MAX_REASONS])}")
