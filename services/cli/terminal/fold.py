"""Breaks lines for a person: between words, where a terminal would break in the middle of one."""

import shutil
from typing import TextIO

from rich.console import Console
from rich.text import Text


def fold(text: str, stream: TextIO, indent: int = 0) -> str:
    """The text in lines that fit a terminal; for a pipe as it is.

    Args:
        indent: Of the lines after the first.
    """
    if not stream.isatty():
        return text
    width = shutil.get_terminal_size().columns
    console = Console(width=width)
    first, *rest = Text(text).wrap(console, width)
    below = Text(text[len(first) :].lstrip() if rest else "").wrap(console, width - indent)
    lines = (first.plain, *(f"{' ' * indent}{line.plain}" for line in below if line))
    return "\n".join(line.rstrip() for line in lines)
