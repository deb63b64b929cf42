"""`brainshare submit`: posts requests, or says what they would take."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from schemas.api.status import AcceptedJob
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from services.cli.command.job.watch import watch_job, watch_jobs
from services.cli.request.draft import Wishes, draft_request
from services.cli.request.sent import Sent
from services.cli.request.source import Source, make_source, read_source
from services.cli.stack.model import describe_model_of
from services.cli.target.completion import complete_sources
from services.cli.target.options import open_gateway, with_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, Interrupted, JobFailed, fail_together
from services.cli.terminal.fold import fold
from services.cli.terminal.number import Amount, Number
from services.cli.terminal.output import hint, say, tell_failure
from services.cli.terminal.text import escape_json, is_sendable, legible, plain
from services.cli.view.listing import SHORT_ID


@click.command("submit")
@click.argument(
    "sources",
    nargs=-1,
    metavar="FILE|-|TEXT...",
    shell_complete=complete_sources,
)
@click.option("--watch", "is_watched", is_flag=True, help="Watch each job until it has ended.")
@click.option("--title", help="The table's title; alone, that of a new table.")
@click.option("--columns", type=Number(0, 10), help="How many columns are wanted.")
@click.option("--rows", type=Number(0, 50), help="How many rows are wanted.")
@click.option("--stages", help="Which, separated by commas: table, column, row.")
@click.option("--sheet", help="Of a spreadsheet, or an area of one: 'Sheet1!A3:F40'.")
@click.option("--key", help="Idempotency key: the same key is the same job. One source only.")
@click.option("--tag", "tags", multiple=True, help="A word to find the job by; several are fine.")
@click.option(
    "--webhook", metavar="ADDRESS", help="Tell this address of the job: see `webhooks create`."
)
@click.option("--max-cost", type=Amount(0, min_open=True), help="In US dollars.")
@click.option(
    "--dry-run", "is_dry", is_flag=True, help="Say what calls, tokens and money it would take."
)
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_target
def command(
    target: Target,
    sources: tuple[str, ...],
    is_watched: bool,
    is_dry: bool,
    stages: str | None,
    sheet: str | None,
    key: str | None,
    max_cost: float | None,
    as_json: bool,
    **wanted: Any,
) -> None:
    """Post a request for each source and print the job ids.

    A source is a request as a JSON file, a table as a CSV or .xlsx file, the title of a new table
    ("Cheeses of France"), or - for standard input with any of these.
    """
    if not sources and wanted["title"] is None:
        raise click.UsageError("give a file, a title, or - for standard input")
    if key is not None and len(sources) > 1:
        raise click.UsageError("one --key is one job: give one source")
    if key is not None and not is_sendable(key):
        raise click.UsageError(f"--key is {key!r}: give printable ASCII, it goes in a header")
    if is_dry and is_watched:
        raise click.UsageError("--dry-run makes no job that could be watched")
    wishes = Wishes(stages=_read_stages(stages), max_cost_usd=max_cost, **wanted)
    posting = _Posting(sources, wishes, sheet)
    if is_dry:
        _estimate(posting, target, as_json)
    else:
        with open_gateway(target) as gateway:
            _post(posting, gateway, key, as_json, is_watched)
    posting.end()


class _Posting:
    """The sources of one command. A bad one stops no other, and is told where it fails."""

    def __init__(self, sources: tuple[str, ...], wishes: Wishes, sheet: str | None) -> None:
        self._sources = sources or (None,)
        self._wishes = wishes
        self._sheet = sheet
        self._failures: list[CliError] = []

    def bodies(self, use: Callable[[str, bytes], None]) -> None:
        """Hand each source on, as the body of a request."""
        for given in self._sources:
            try:
                source = self._read(given)
                for note in source.notes:
                    say(note)
                use(legible(given or source.name), draft_request(source, self._wishes))
            except Interrupted:
                raise
            except CliError as error:
                self.note(error, legible(given or ""))

    def _read(self, given: str | None) -> Source:
        if given is None:
            return make_source(self._wishes.title or "")
        return read_source(given, sys.stdin.buffer, self._sheet)

    @property
    def is_one(self) -> bool:
        """Whether there is one source only."""
        return len(self._sources) == 1

    def note(self, error: CliError, name: str) -> None:
        """Keep a failure, and where it is one of several tell it now."""
        if len(self._sources) > 1:
            whole = error.message if name in error.message else f"{name}: {error.message}"
            tell_failure(CliError(whole))
        self._failures.append(error)

    def end(self) -> None:
        """Fail if something has.

        Raises:
            CliError: With the exit status of the first failure.
        """
        if self._failures and len(self._sources) == 1:
            raise self._failures[0]
        fail_together(self._failures, len(self._sources))


def _post(
    posting: _Posting, gateway: CommandClient, key: str | None, as_json: bool, is_watched: bool
) -> None:
    sent = Sent()

    def post(given: str, body: bytes) -> None:
        with sent.sending(given, key) as own_key:
            job = gateway.jobs.post(body, own_key)
            sent.note(str(job.job_id))
        if as_json:
            click.echo(escape_json(_write(job)))
        else:
            click.echo(str(job.job_id) if posting.is_one else f"{job.job_id}\t{plain(given)}")

    with sent.telling():
        posting.bodies(post)
    job_ids = sent.job_ids if is_watched else []
    if len(job_ids) > 1:
        for failure in watch_jobs(gateway, job_ids, as_json):
            posting.note(failure, "")
        return
    for job_id in job_ids:
        try:
            watch_job(gateway, job_id, as_json)
        except JobFailed as error:
            posting.note(error, job_id)
        else:
            hint(f"see it with `brainshare result {job_id[:SHORT_ID]}`")


def _write(job: AcceptedJob) -> bytes:
    """The job as other commands show it: the token is for a page, and no terminal keeps it."""
    return job.model_dump_json(by_alias=True, exclude={"stream_token"}).encode()


def _estimate(posting: _Posting, target: Target, as_json: bool) -> None:
    # The stages are slow to import, and nobody else needs them here.
    from services.cli.request.dry_run import estimate_body
    from services.cli.view.estimate import basis_lines, describe_estimate, estimate_lines

    model, said = describe_model_of(target.stack, target.named_url)
    named = (model.name, model.price) if model else ("", None)
    found: list[dict[str, Any]] = []

    def estimate(given: str, body: bytes) -> None:
        estimated = estimate_body(body, given, *named)
        found.append(describe_estimate(given, estimated, said))
        _print(() if as_json else estimate_lines(given, estimated))

    posting.bodies(estimate)
    if as_json:
        click.echo(escape_json(json.dumps(found).encode()))
    elif found:
        _print(basis_lines(said))


def _print(lines: Iterator[str] | tuple[str, ...]) -> None:
    for line in lines:
        click.echo(fold(line, sys.stdout, indent=2))


def _read_stages(stages: str | None) -> tuple[str, ...] | None:
    if stages is None:
        return None
    names = tuple(name.strip() for name in stages.split(","))
    if unknown := [name for name in names if name not in {*StageName}]:
        raise click.BadParameter(
            f"{unknown[0]!r} is none of {', '.join(StageName)}", param_hint="--stages"
        )
    return names
