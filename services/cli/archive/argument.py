"""Where an archive is, as a person names it, and what is said where it cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from services.cli.terminal.error import CliError


class ArchivePlace(click.Path):
    """A folder, or an address."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=str)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """What was typed; of a folder, once it is none of a file."""
        is_address = "://" in str(value) or "::" in str(value)
        return value if is_address else super().convert(value, param, ctx)


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
