"""The replay of a gateway that a person means: by its id, where others take a manifest."""

from pathlib import Path
from uuid import UUID

from services.cli.terminal.error import CliError


def read_id(named: str) -> UUID | None:
    """The id; None where it is none."""
    try:
        return UUID(named)
    except ValueError:
        return None


def require_id(named: str, for_manifest: str | None) -> str:
    """The id as it was named; what is wrong with it the gateway says.

    Args:
        for_manifest: The command that does it with a manifest; None where none does.

    Raises:
        CliError: It is a file.
    """
    if read_id(named) is None and Path(named).is_file():
        other = f": `brainshare replay {for_manifest} {named}` takes it" if for_manifest else ""
        raise CliError(f"{named} is a file, and this is of the replay ID of a gateway{other}")
    return named
