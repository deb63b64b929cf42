"""The file of a job as it is written: of the same document always the same bytes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from schemas.api.job.file import JOB_FILE_FORMAT, JobFile
from services.cli.terminal.error import CliError
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.text import escape_obeyed

MIB = 1024 * 1024
MAX_BYTES = 256 * MIB
"""A job with the longest history that an export has is far smaller."""


@dataclass(frozen=True)
class JobDocument:
    """A job's file that was read.

    Attributes:
        document: As it came, also what a later release has written.
        file: What this release knows of it.
    """

    document: dict[str, Any]
    file: JobFile

    @property
    def job_id(self) -> str:
        """The job's."""
        return str(self.file.job.job_id)

    def write(self) -> bytes:
        """The bytes of the file, the same for the same document whoever has written it before."""
        text = json.dumps(self.document, ensure_ascii=False, indent=1)
        return (escape_obeyed(text) + "\n").encode()


def open_document(path: Path) -> JobDocument:
    """Read the file of a job.

    Raises:
        CliError: It cannot be read, or is none.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CliError(f"{path} cannot be read: {tell_os_error(error)}") from error
    if len(content) > MAX_BYTES:
        raise CliError(f"{path} is larger than {MAX_BYTES // MIB} MiB: no job's file is")
    return read_document(content, str(path))


def read_document(content: bytes, name: str) -> JobDocument:
    """Read the content of a job's file.

    Args:
        name: For messages.

    Raises:
        CliError: It is none, or of a later form.
    """
    try:
        document = from_json(content)
    except ValueError as error:
        raise CliError(f"{name} is no JSON: {error}") from error
    found = document.get("format") if isinstance(document, dict) else None
    if found != JOB_FILE_FORMAT:
        told = f"it is {found!r:.60}" if found else "it does not say that it is one"
        raise CliError(
            f"{name} is no job's file that this release reads ({told}, not {JOB_FILE_FORMAT}):"
            " `brainshare export JOB` writes one"
        )
    try:
        return JobDocument(document, JobFile.from_json(content))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise CliError(f"{name} is damaged, or was changed by hand: at {where[:80]}") from error
