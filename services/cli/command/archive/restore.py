"""`brainshare restore`: an archive back into topics."""

import click

from services.cli.archive.argument import archive_argument, telling_archive_errors
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.target.topic_access import run_on_topics
from services.cli.terminal.error import Interrupted
from services.cli.terminal.number import Number
from services.cli.terminal.output import hint, open_console, print_json
from services.cli.terminal.waiting import say_progress

TEN_YEARS = 3650


@click.command("restore")
@archive_argument
@click.option("--dry-run", is_flag=True, help="Check all, and write nothing.")
@click.option("--go-on", is_flag=True, help="Go on with a restore of this archive.")
@click.option("--append", is_flag=True, help="Write behind the records that the topics hold.")
@click.option(
    "--keep-days",
    type=Number(1, TEN_YEARS),
    help="Days that the topics keep records from then on. [default: as ever]",
)
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_target
def command(
    target: Target,
    archive: str,
    dry_run: bool,
    go_on: bool,
    append: bool,
    keep_days: int | None,
    as_json: bool,
) -> None:
    """Write an archive into the topics of a broker that are empty, or not there yet.

    The broker is that of the stack, or the one that KAFKA_BOOTSTRAP_SERVERS names; topics have the
    prefix of KAFKA_TOPIC_PREFIX. Each record goes into the partition that it was in, in its order,
    with its key, value, headers and time. Stop agents and gateways before; they begin anew, and
    call nothing again that was answered. An archive that is not as it was written is refused before
    anything is.
    """
    # Slow to import, and few commands need them.
    from services.archive.filling import Told
    from services.archive.folder import open_archive
    from services.archive.restore import Wish, restore
    from services.cli.archive.view import catalogue_table, describe_restore, restore_lines
    from services.lifecycle.clock import utc_now

    if go_on and append:
        raise click.UsageError("--go-on and --append are two ways: name one")
    told = Told.GO_ON if go_on else Told.APPEND if append else Told.REFUSE
    wish = Wish(told, keep_days, dry_run)
    tell = say_progress("records written")
    try:
        with telling_archive_errors():
            body = restore(target.kafka, open_archive(archive), wish, utc_now(), tell)
            report = run_on_topics(target, body, f"the topics at {target.servers} to be filled")
    except KeyboardInterrupt as error:
        raise Interrupted("stopped: the same command with --go-on goes on") from error
    if as_json:
        print_json(describe_restore(report, is_dry=dry_run))
        return
    open_console().print(catalogue_table(report.catalogue))
    for line in restore_lines(report, is_dry=dry_run):
        click.echo(line)
    if not dry_run:
        hint("start agents and gateways, then `brainshare audit`")
