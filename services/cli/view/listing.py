"""How lists look: at a terminal a line each that fits, in a pipe whole values between tabs."""

from collections.abc import Sequence
from dataclasses import dataclass

import click
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from services.cli.terminal.text import plain

SHORT_ID = 8
"""As much of an id as is shown in a list, and as every command takes in its place."""
GAP = "  "
INDENT = "    "
ABSENT = "-"


@dataclass(frozen=True)
class Cell:
    """One value of a list.

    Attributes:
        whole: As a pipe gets it.
        shown: As a terminal shows it; None for the whole, "" for not at all.
        style: At a terminal.
    """

    whole: str
    shown: str | None = None
    style: str = ""

    @property
    def text(self) -> Text:
        """What a terminal shows."""
        return Text(plain(self.whole if self.shown is None else self.shown), style=self.style)


def print_list(
    console: Console, headings: Sequence[str], rows: Sequence[Sequence[Cell]], least: int
) -> None:
    """Print a list. A terminal has headings, and no column whose heading is "".

    Args:
        least: The room that the last column must have; where it is less, each goes below its row.
    """
    if rows and console.is_terminal:
        _print_fitting(console, headings, rows, least)
        return
    for row in rows:
        click.echo("\t".join(plain(cell.whole) or ABSENT for cell in row))


def _print_fitting(
    console: Console, headings: Sequence[str], rows: Sequence[Sequence[Cell]], least: int
) -> None:
    kept = [index for index, heading in enumerate(headings) if heading]
    head = [Text(headings[index].upper(), style="dim") for index in kept]
    lines = [head, *([row[index].text for index in kept] for row in rows)]
    widths = [max(cell_len(line[at].plain) for line in lines) for at in range(len(kept) - 1)]
    room = console.width - sum(widths) - len(GAP) * len(widths)
    for line in lines:
        text = Text(GAP).join(_fit(cell, width) for cell, width in zip(line, widths, strict=False))
        last = line[-1]
        if room >= least:
            last.truncate(room, overflow="ellipsis")
            console.print(text.append(GAP).append_text(last), soft_wrap=True)
            continue
        console.print(text, soft_wrap=True)
        last.truncate(console.width - len(INDENT), overflow="ellipsis")
        if last.plain and line is not head:
            console.print(Text(INDENT).append_text(last), soft_wrap=True)


def _fit(cell: Text, width: int) -> Text:
    fitted = cell.copy()
    fitted.truncate(width, pad=True)
    return fitted


def print_trimmed(view: RenderableType, console: Console) -> None:
    """Print without the blanks at the ends of lines, which a pipe would get."""
    if console.is_terminal:
        console.print(view)
        return
    with console.capture() as captured:
        console.print(view)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def shorten(text: str, cells: int) -> str:
    """The text in at most so many cells of a terminal."""
    shown = Text(plain(text))
    shown.truncate(cells, overflow="ellipsis")
    return shown.plain
