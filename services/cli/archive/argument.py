"""The folder of an archive, as a person names it, and what is said where it cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from services.cli.terminal.error import CliError

archive_argument = click.argument(
    "archive", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER"
)


@contextmanager
def telling_archive_errors() -> Iterator[None]:
    """Tell in one line what is wrong.

    Raises:
        CliError: With the archive.
    """
    # Slow to import, and the help of a command needs it not.
    from services.archive.error import ArchiveError

    try:
        yield
    except ArchiveError as error:
        raise CliError(str(error)) from error
