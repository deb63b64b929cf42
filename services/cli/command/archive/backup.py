"""`brainshare backup`: what the topics hold, into files."""

import click

from services.cli.archive.argument import archive_argument, telling_archive_errors
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.target.topic_access import run_on_topics
from services.cli.terminal.error import Interrupted
from services.cli.terminal.output import open_console, print_json
from services.cli.terminal.waiting import say_progress


@click.command("backup")
@archive_argument
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_target
def command(target: Target, archive: str, as_json: bool) -> None:
    """Copy what the topics hold into the files of a folder; again, what is new since.

    ARCHIVE is a folder, or the address of an object store, such as s3://bucket/topics: that needs
    fsspec, and the library of its kind.

    The broker is that of the stack, or the one that KAFKA_BOOTSTRAP_SERVERS names. Topics are read
    without a group, up to where they end now, while everything goes on. The folder says which
    offsets it covers, and of whatever is in it the record that led to it is in it, too. It holds
    people's tables, and none of the gateway's: `docs/operation.md` has what else to keep.

    A backup that is stopped leaves the archive as it was; the same command begins it again.
    """
    # Slow to import, and few commands need them.
    from services.archive.backup import back_up
    from services.archive.folder import open_archive
    from services.cli.archive.view import backup_lines, catalogue_table, describe_backup
    from services.lifecycle.clock import utc_now

    tell = say_progress("offsets copied")
    try:
        with telling_archive_errors():
            body = back_up(target.kafka, open_archive(archive), utc_now, tell)
            report = run_on_topics(target, body, f"the topics at {target.servers} to be read")
    except KeyboardInterrupt as error:
        raise Interrupted("stopped: the archive is as it was") from error
    if as_json:
        print_json(describe_backup(report))
        return
    open_console().print(catalogue_table(report.catalogue))
    for line in backup_lines(report):
        click.echo(line)
