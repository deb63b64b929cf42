"""Where an archive is, as a person names it, and what is said where it cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from services.cli.terminal.error import CliError


class ArchivePlace(click.ParamType):
    """A folder, or an address."""

    name = "archive"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value; of a path, once it is no file."""
        if "://" not in value and Path(value).is_file():
            self.fail(f"Directory {value!r} is a file.", param, ctx)
        return value


archive_argument = click.argument("archive", type=ArchivePlace(), metavar="ARCHIVE")


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
