"""`brainshare apply`: puts what a job proposes into a copy of a person's own CSV file."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from schemas.api.status import JobState
from schemas.api.warning import DEMO_WARNING
from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.csv_file.csv_file import read_csv
from services.cli.export.application import Applied, apply_choice, refuse_other_table
from services.cli.export.choice import choose
from services.cli.export.final_table import FinalTable, read_final_table
from services.cli.export.new_file import write_new
from services.cli.request.file_kind import list_near
from services.cli.target.completion import complete_jobs, complete_sources
from services.cli.target.options import with_gateway
from services.cli.terminal.error import CliError, JobFailed
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import hint_at_input, print_json, say
from services.cli.view.job import absence_line, part_line
from services.cli.workbook.archive import is_spreadsheet

STDIO = "-"


@dataclass(frozen=True)
class _Wanted:
    columns: tuple[str, ...] | None
    rows: tuple[str, ...] | None
    cells: tuple[str, ...]
    without: tuple[str, ...]


@click.command("apply")
@click.argument("job_id", shell_complete=complete_jobs)
@click.argument("table", metavar="TABLE.csv|-", shell_complete=complete_sources)
@click.option("-o", "--output", metavar="FILE", help="[default: TABLE.applied.csv, or - for -]")
@click.option("--in-place", is_flag=True, help="Write TABLE.csv itself.")
@click.option("--overwrite", is_flag=True, help="Write FILE although it exists.")
@click.option("--column", "columns", multiple=True, metavar="NAME", help="Only this new column.")
@click.option("--no-columns", is_flag=True, help="No new column.")
@click.option("--row", "rows", multiple=True, metavar="N|N-M", help="Only this proposed row.")
@click.option("--no-rows", is_flag=True, help="No proposed row.")
@click.option(
    "--cell",
    "cells",
    multiple=True,
    metavar="ROW:COLUMN",
    help="Of the values for existing rows only this one.",
)
@click.option("--without", multiple=True, metavar="ROW:COLUMN", help="Not this value.")
@click.option("--json", "as_json", is_flag=True, help="Print for programs what was written.")
@with_gateway
def command(
    gateway: CommandClient,
    job_id: str,
    table: str,
    output: str | None,
    in_place: bool,
    overwrite: bool,
    columns: tuple[str, ...],
    no_columns: bool,
    rows: tuple[str, ...],
    no_rows: bool,
    cells: tuple[str, ...],
    without: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a copy of TABLE.csv with what JOB_ID proposes in it: new columns, their values, new
    rows.

    All of it, unless an option names some; those may be given several times. What stands in the
    file stays as it is, byte for byte, and a file that is not the job's table is refused.
    """
    if (no_columns and (columns or cells)) or (no_rows and rows):
        raise click.UsageError("some are named, and none is wanted: give one of both")
    place = _choose_place(table, output, in_place)
    if as_json and place is None:
        raise click.UsageError("the table goes to standard output, so --json has no place: add -o")
    wanted = _Wanted(None if no_columns else columns, None if no_rows else rows, cells, without)
    content, name = _read(table)
    done = _apply(content, name, _read_job(gateway, job_id), wanted)
    if place is None:
        click.echo(done.content, nl=False)
    else:
        write_new(place, done.content, overwrite=overwrite or in_place)
    if as_json:
        counts = {"columns": done.columns, "values": done.values, "rows": done.rows}
        print_json({"output": str(place), **counts})
        return
    say(f"{place or 'added'}: new columns {done.columns}, values {done.values}, rows {done.rows}")


def _choose_place(table: str, output: str | None, in_place: bool) -> Path | None:
    """Where it goes; None is standard output."""
    if in_place and (output is not None or table == STDIO):
        raise click.UsageError("--in-place writes the file that is given, and nothing else")
    if output == STDIO or (output is None and table == STDIO):
        return None
    path = Path(table)
    if not path.name:
        raise click.UsageError(f"{table!r} names no file: give that of the job's table")
    if output is not None:
        return Path(output)
    return path if in_place else path.with_name(f"{path.stem}.applied{path.suffix or '.csv'}")


def _read(table: str) -> tuple[bytes, str]:
    if table == STDIO:
        hint_at_input(sys.stdin)
        return sys.stdin.buffer.read(), "standard input"
    try:
        content = Path(table).read_bytes()
    except OSError as error:
        near = list_near(Path(table))
        meant = f" (did you mean {' or '.join(near)}?)" if near else ""
        raise CliError(f"{table} cannot be read: {tell_os_error(error)}{meant}") from error
    if is_spreadsheet(content):
        raise CliError(f"{table} is a spreadsheet: save its sheet as CSV UTF-8, and apply to that")
    return content, table


def _read_job(gateway: CommandClient, given: str) -> FinalTable:
    job = gateway.jobs.get(find_job(gateway, given))
    if job.result is None:
        raise JobFailed(absence_line(job))
    file = gateway.jobs.result_csv(str(job.job_id))
    if file.is_demo:
        click.echo(DEMO_WARNING, err=True)
    if job.status is not JobState.COMPLETED:
        say(part_line(job))
    return read_final_table(file.content, job.result)


def _apply(content: bytes, name: str, table: FinalTable, wanted: _Wanted) -> Applied:
    file = read_csv(content, name)
    refuse_other_table(file, table, name)
    choice = choose(table, wanted.columns, wanted.rows, wanted.cells, wanted.without)
    return apply_choice(file, table, choice)
