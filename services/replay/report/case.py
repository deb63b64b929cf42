"""The worst cases of a comparison: both answers side by side as tables, every cell as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.replay.comparison.comparison import Comparison
from services.replay.comparison.description import differences_of
from services.replay.comparison.pair import Pair
from services.replay.comparison.word_difference import Part, find_passages, is_rewritten
from services.replay.report.grid import CellPair, Grid, make_grids

FOLDER = Path(__file__).parent / "template"
MAX_CHARS = 600
"""Of a text, so much is shown."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff]"
)
"""What a browser does not show, or obeys. Two cells may differ in nothing else."""


@dataclass(frozen=True)
class Case:
    """One of the worst cases."""

    pair: Pair
    replay_id: UUID
    cells: int
    grids: tuple[Grid, ...]


def make_cases(found: Comparison, shown: int) -> Iterator[Case]:
    """So many of the worst cases, the worst first."""
    for pair in found.worst(shown):
        cells = len(differences_of(pair))
        yield Case(pair, found.manifest.replay_of(pair.job_id), cells, make_grids(pair))


def write_cases(found: Comparison, shown: int, jobs_at: str) -> str:
    """Write the worst cases as HTML, to stand in a page that has the styles for it.

    Args:
        shown: So many of them.
        jobs_at: The path below which that page has a page for each job, by its id.
    """
    cases = list(make_cases(found, shown))
    page = open_templates().get_template("cases.html").render(cases=cases, jobs_at=jobs_at)
    return page.encode(errors="replace").decode()


@cache
def open_templates() -> Environment:
    """The templates of this room, by which nothing of a cell is markup."""
    pages = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"was": _was, "now": _now, "seen": show_unseen}
    return pages


def _was(cell: CellPair) -> Markup:
    """What stood in a cell, with the words that are gone marked."""
    return _mark(cell, Part.GONE, cell.before)


def _now(cell: CellPair) -> Markup:
    """What stands in a cell, with the words that are new marked."""
    return _mark(cell, Part.NEW, cell.now)


def _mark(cell: CellPair, part: Part, text: str | None) -> Markup:
    """A text with what is another one marked: words of it, or all where it is no edit."""
    if not text:
        return Markup("")
    if not cell.differs:
        return show_unseen(text)
    before, now = cell.before or "", cell.now or ""
    passages = find_passages(before, now)
    if is_rewritten(passages) or max(len(before), len(now)) > MAX_CHARS:
        return _wrap(part, text)
    shown = (passage for passage in passages if passage.part in (part, Part.KEPT))
    return Markup("").join(
        _wrap(part, passage.text) if passage.part is part else show_unseen(passage.text)
        for passage in shown
    )


def _wrap(part: Part, text: str) -> Markup:
    name = Markup("del" if part is Part.GONE else "ins")
    return Markup("<{0}>{1}</{0}>").format(name, show_unseen(text))


def show_unseen(text: str) -> Markup:
    """A text, cut where it is long, with a name in place of each character that is not seen."""
    shown = text if len(text) <= MAX_CHARS else f"{text[:MAX_CHARS]}…"
    names, begin = list[Markup](), 0
    for found in UNSEEN.finditer(shown):
        names += (
            escape(shown[begin : found.start()]),
            Markup("<i>U+{}</i>").format(f"{ord(found[0]):04X}"),
        )
        begin = found.end()
    return Markup("").join([*names, escape(shown[begin:])])
