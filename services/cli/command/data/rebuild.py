"""`brainshare rebuild`: the gateway's tables made anew from the topics, compared, made right."""

import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

from services.cli.audit.watch import BROKER_ERRORS
from services.cli.rebuild.report import describe_report, print_report, summary
from services.cli.target.keys import find_database, find_user
from services.cli.target.options import because, with_meant_target
from services.cli.target.target import Target
from services.cli.target.topic_access import REACH_S, tell_absence
from services.cli.terminal.error import CliError, Interrupted
from services.cli.terminal.moment import Moment
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import open_console, say
from services.cli.terminal.text import escape_json
from services.cli.terminal.waiting import say_progress, say_waiting

if TYPE_CHECKING:
    from services.gateway.local_rebuild import LocalRebuild
    from services.gateway.rebuild.report import Report


@click.command("rebuild")
@click.option("--dry-run", is_flag=True, help="Only compare: nothing is changed.")
@click.option(
    "--as-of",
    "moment",
    type=Moment(),
    metavar="MOMENT",
    help="Make them as they were then, in a file or schema beside, to be looked at.",
)
@because
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_meant_target
def command(
    target: Target, dry_run: bool, moment: datetime | None, reason: str, as_json: bool
) -> None:
    """Make the gateway's tables anew from the topics, compare, and write what differs.

    The broker is that of the stack, or the one that KAFKA_BOOTSTRAP_SERVERS names; the database
    that of the stack, or of DATABASE_URL.

    The gateways go on meanwhile. The new tables are made beside the live ones, up to the same
    record; what differs is named, and is written into the live ones in one transaction. What no
    topic holds (keys, acts, discards, tombstones, cursors) stays as it is, and so does every job of
    which the topics have deleted records. With --dry-run the exit status is 1 if something differs.
    """
    with say_waiting(f"the topics at {target.servers} to be read"):
        report, place = _rebuild(target, dry_run, moment, reason)
    _show(report, place, as_json)
    if dry_run and not report.is_equal:
        raise CliError(f"{summary(report)}: without --dry-run they are made right")


def _rebuild(
    target: Target, dry_run: bool, moment: datetime | None, reason: str
) -> "tuple[Report, str | None]":
    # Slow to import, and few commands need them.
    from services.gateway.database.database import DatabaseUnavailableError
    from services.gateway.migration.upgrade import EarlierDatabaseError, LaterDatabaseError
    from services.gateway.rebuild.rebuild import NotRebuildableError
    from services.kafka import LogStandsError

    try:
        return asyncio.run(_run(target, dry_run, moment, reason))
    except (NotRebuildableError, EarlierDatabaseError, LaterDatabaseError) as error:
        raise CliError(str(error)) from error
    except DatabaseUnavailableError as error:
        raise CliError(f"the database cannot be used: {error}") from error
    except OSError as error:
        why = tell_os_error(error)
        raise CliError(f"the topics at {target.servers} cannot be read: {why}") from error
    except (*BROKER_ERRORS, LogStandsError) as error:
        raise CliError(f"the topics cannot be read: {tell_absence(target, str(error))}") from error
    except KeyboardInterrupt as error:
        raise Interrupted("stopped: the live tables are as they were") from error


async def _run(
    target: Target, dry_run: bool, moment: datetime | None, reason: str
) -> "tuple[Report, str | None]":
    from services.gateway.local_rebuild import open_rebuild

    database = find_database(target)
    async with open_rebuild(
        database, target.kafka, say_progress("records folded"), REACH_S
    ) as tables:
        if moment is not None:
            return await tables.show_as_of(moment)
        report = await tables.compare()
        if dry_run or report.is_equal:
            return report, None
        return await _switch(tables, report, reason), None


async def _switch(tables: "LocalRebuild", report: "Report", reason: str) -> "Report":
    say(f"{summary(report)}: the live tables are made equal")
    return await tables.switch(report, find_user(), reason)


def _show(report: "Report", place: str | None, as_json: bool) -> None:
    if as_json:
        click.echo(escape_json(json.dumps(describe_report(report, place)).encode()))
        return
    print_report(report, place, open_console())
