"""A file with job ids in, a line each; the ids out."""

from pathlib import Path
from uuid import UUID

from services.cli.terminal.error import CliError
from services.cli.terminal.os_error import tell_os_error


def read_job_list(path: Path) -> frozenset[UUID]:
    """Read job ids. Empty lines, and what begins with #, are passed over.

    Raises:
        CliError: It cannot be read, or a line is no job id.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise CliError(f"{path} cannot be read: {tell_os_error(error)}") from error
    except UnicodeDecodeError as error:
        raise CliError(f"{path} is no text in UTF-8: give a job id a line") from error
    told = [(n, line.strip()) for n, line in enumerate(lines, 1)]
    return frozenset(_read(path, n, line) for n, line in told if line and line[0] != "#")


def _read(path: Path, number: int, line: str) -> UUID:
    try:
        return UUID(line)
    except ValueError as error:
        raise CliError(
            f"{path} line {number} is {line[:40]!r}, which is no job id: give one a line, whole"
        ) from error
