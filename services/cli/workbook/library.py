"""openpyxl, which is an extra: whoever needs it is told how to get it."""

import shlex
import sys
from types import ModuleType

from services.cli.terminal.error import CliError


def import_openpyxl(name: str) -> ModuleType:
    """The library.

    Args:
        name: The file that it is needed for.

    Raises:
        CliError: It is not installed.
    """
    try:
        import defusedxml.ElementTree
        import openpyxl
    except ImportError as error:
        pip = f"`{shlex.quote(sys.executable)} -m pip install openpyxl defusedxml`"
        raise CliError(
            f"{name}: spreadsheets need openpyxl and defusedxml, and {error.name} is not installed:"
            f" {pip}, or use a CSV file"
        ) from error
    assert defusedxml.ElementTree  # openpyxl reads with it what others wrote
    return openpyxl
