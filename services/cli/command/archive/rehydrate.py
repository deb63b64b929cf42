"""`brainshare rehydrate`: jobs that the topics have lost go on from the gateway's tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from services.cli.target.keys import find_database
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.target.topic_access import run_on_topics
from services.cli.terminal.error import CliError, Interrupted
from services.cli.terminal.number import Number, counted
from services.cli.terminal.output import print_json
from services.cli.terminal.text import plain

if TYPE_CHECKING:
    from services.gateway.rehydrate.rehydration import RehydrationReport

NAMED = 20
MAX_DEADLINE_S = 24 * 3600


@click.command("rehydrate")
@click.option("--dry-run", is_flag=True, help="Only count: nothing is changed.")
@click.option(
    "--deadline-s",
    type=Number(1, MAX_DEADLINE_S),
    help="Seconds that each job has from now on, at least. [default: its own deadline]",
)
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_target
def command(target: Target, dry_run: bool, deadline_s: int | None, as_json: bool) -> None:
    """Publish open jobs of the tables of which the topics hold no record any more.

    The broker is that of the stack, or the one that KAFKA_BOOTSTRAP_SERVERS names; the database
    that of the stack, or of DATABASE_URL.

    For a broker that has lost its data: with new, empty topics, and before a gateway or an agent
    is started on them. Each job goes on where it stood; stages that have answered are not called
    again. The tables keep every job with its result and history, and go on with the new topics.
    It may be run again. Exit status 1 if a job cannot go on, since the tables do not hold what it
    is to go on with; it is named.
    """
    with _telling_errors():
        report = _rehydrate(target, dry_run, deadline_s)
    if as_json:
        print_json(describe(report, is_dry=dry_run))
    else:
        for line in lines(report, is_dry=dry_run):
            click.echo(line)
    if count := len(report.without_input):
        raise CliError(f"{count} {'job' if count == 1 else 'jobs'} cannot go on")


def _rehydrate(target: Target, dry_run: bool, deadline_s: int | None) -> "RehydrationReport":
    # Slow to import, and few commands need them.
    from services.gateway.local_rehydrate import Wish, rehydrate
    from services.lifecycle.clock import utc_now

    deadline_at = None if deadline_s is None else utc_now() + timedelta(seconds=deadline_s)
    database = find_database(target)
    body = rehydrate(database, target.kafka, Wish(deadline_at, dry_run), utc_now)
    return run_on_topics(target, body, f"the topics at {target.servers}")


@contextmanager
def _telling_errors() -> Iterator[None]:
    from services.gateway.database.database import DatabaseUnavailableError
    from services.gateway.local_rehydrate import NotRehydratableError
    from services.gateway.migration.upgrade import EarlierDatabaseError, LaterDatabaseError

    try:
        yield
    except (NotRehydratableError, EarlierDatabaseError, LaterDatabaseError) as error:
        raise CliError(str(error)) from error
    except DatabaseUnavailableError as error:
        raise CliError(f"the database cannot be used: {error}") from error
    except KeyboardInterrupt as error:
        raise Interrupted("stopped: the same command goes on") from error


def lines(report: "RehydrationReport", *, is_dry: bool) -> Iterator[str]:
    """What came of the open jobs."""
    goes = "goes on" if report.jobs == 1 else "go on"
    would = "would go on" if is_dry else goes
    per_stage = ", ".join(f"{count:,} before {stage}" for stage, count in report.stages.items())
    yield f"{counted(report.jobs, 'job')} {would}{f': {per_stage}' if per_stage else ''}"
    if report.cancelled:
        yield f"{report.cancelled:,} of them to be cancelled, as was asked"
    if report.held:
        yield f"{report.held:,} open jobs are in the topics: nothing is to be done for them"
    if report.is_adopted:
        yield f"the tables {would} with the topics of this cluster"
    for job_id, why in list(report.without_input.items())[:NAMED]:
        yield f"{job_id} cannot go on: {plain(why)}"
    if (more := len(report.without_input) - NAMED) > 0:
        yield f"{more:,} more cannot: --json names all"


def describe(report: "RehydrationReport", *, is_dry: bool) -> dict[str, object]:
    """The same for programs."""
    return {
        "isDryRun": is_dry,
        "jobs": report.jobs,
        "stages": dict(report.stages),
        "cancelled": report.cancelled,
        "held": report.held,
        "isAdopted": report.is_adopted,
        "withoutInput": report.without_input,
    }
