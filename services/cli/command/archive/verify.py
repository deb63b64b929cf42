"""`brainshare verify`: whether an archive is as it was written."""

import click

from services.cli.archive.argument import archive_argument, telling_archive_errors
from services.cli.terminal.error import CliError, Interrupted
from services.cli.terminal.output import open_console, print_json
from services.cli.terminal.waiting import say_progress


@click.command("verify")
@archive_argument
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def command(archive: str, as_json: bool) -> None:
    """Read all of an archive, and hold it against its checksums, counts and offsets.

    No broker is needed. Exit status 1 if a file is missing, or is not what `brainshare backup`
    wrote; each is named.
    """
    from services.archive.folder import open_archive
    from services.archive.verification import verify
    from services.cli.archive.view import (
        catalogue_table,
        describe_verification,
        verification_lines,
    )

    try:
        with telling_archive_errors():
            folder = open_archive(archive)
            found = verify(folder, say_progress("bytes read"))
    except KeyboardInterrupt as error:
        raise Interrupted("stopped before all was read") from error
    if as_json:
        print_json(describe_verification(found))
    else:
        open_console().print(catalogue_table(found.catalogue))
        for line in verification_lines(found):
            click.echo(line)
    if found.faults:
        place = folder.store.show()
        raise CliError(f"{len(found.faults)} files of {place} are not what was written")
