"""`brainshare submit`: posts requests."""

import sys
from collections.abc import Iterator

import click

from schemas.api.status import JobStatus
from schemas.stage import StageName
from services.cli.client.gateway import GatewayClient
from services.cli.command.job.watch import watch_job
from services.cli.request.draft import Wishes, draft_request
from services.cli.request.source import read_source
from services.cli.target.options import with_gateway
from services.cli.terminal.error import CliError, JobFailed, error_line
from services.cli.terminal.fold import fold
from services.cli.terminal.number import Amount, Number
from services.cli.terminal.output import hint, say
from services.cli.terminal.text import escape_json


@click.command("submit")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|-|TEXT...")
@click.option("--watch", "is_watched", is_flag=True, help="Watch each job until it has ended.")
@click.option("--title", help="The table's title.")
@click.option("--columns", type=Number(0, 10), help="How many columns are wanted.")
@click.option("--rows", type=Number(0, 50), help="How many rows are wanted.")
@click.option("--stages", help="Which, separated by commas: table, column, row.")
@click.option("--sheet", help="Of a spreadsheet, or an area of one: 'Sheet1!A3:F40'.")
@click.option("--key", help="Idempotency key: the same key is the same job. One source only.")
@click.option("--max-cost", type=Amount(0, min_open=True), help="In US dollars.")
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_gateway
def command(
    gateway: GatewayClient,
    sources: tuple[str, ...],
    is_watched: bool,
    stages: str | None,
    key: str | None,
    max_cost: float | None,
    as_json: bool,
    title: str | None,
    columns: int | None,
    rows: int | None,
    sheet: str | None,
) -> None:
    """Post a request for each source and print the job ids.

    A source is a request as a JSON file, a table as a CSV or .xlsx file, the title of a new table
    ("Cheeses of France"), or - for standard input with any of these.
    """
    if key is not None and len(sources) > 1:
        raise click.UsageError("one --key is one job: give one source")
    wishes = Wishes(title, columns, rows, _read_stages(stages), max_cost)
    failures: list[CliError] = []
    jobs = list(_submit_all(gateway, sources, wishes, key, sheet, as_json, failures))
    for job in jobs if is_watched else ():
        _watch(gateway, job, as_json, len(sources), failures)
    if len(failures) == 1 and len(sources) == 1:
        raise failures[0]
    if failures:
        told = f"{len(failures)} of {len(sources)} did not go well, see above"
        raise CliError(told, exit_code=failures[0].exit_code)


def _submit_all(
    gateway: GatewayClient,
    sources: tuple[str, ...],
    wishes: Wishes,
    key: str | None,
    sheet: str | None,
    as_json: bool,
    failures: list[CliError],
) -> Iterator[JobStatus]:
    for given in sources:
        try:
            source = read_source(given, sys.stdin.buffer, sheet)
            for note in source.notes:
                say(note)
            job = gateway.submit(draft_request(source, wishes), key)
        except CliError as error:
            _tell(error, given, len(sources), failures)
            continue
        click.echo(escape_json(job.to_json()) if as_json else str(job.job_id))
        yield job


def _watch(
    gateway: GatewayClient, job: JobStatus, as_json: bool, count: int, failures: list[CliError]
) -> None:
    try:
        watch_job(gateway, str(job.job_id), as_json)
    except JobFailed as error:
        _tell(error, str(job.job_id), count, failures)
    else:
        hint(f"see it with `brainshare result {job.job_id}`")


def _tell(error: CliError, name: str, count: int, failures: list[CliError]) -> None:
    """One bad source stops no other, so each is told where it fails."""
    if count > 1:
        whole = error.message if name in error.message else f"{name}: {error.message}"
        click.echo(fold(error_line(CliError(whole)), sys.stderr), err=True)
    failures.append(error)


def _read_stages(stages: str | None) -> tuple[str, ...] | None:
    if stages is None:
        return None
    names = tuple(name.strip() for name in stages.split(","))
    if unknown := [name for name in names if name not in {*StageName}]:
        raise click.BadParameter(
            f"{unknown[0]!r} is none of {', '.join(StageName)}", param_hint="--stages"
        )
    return names
