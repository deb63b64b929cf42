"""A comparison as one page: no script, no link to anywhere, and nothing of a cell is markup."""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from services.cli.report.comparison_view import warnings_of
from services.cli.report.grid import CellPair, Grid, make_grids
from services.cli.report.noise_view import NO_CONTROL, call_lines
from services.cli.view.estimate import UNKNOWN, show_cost
from services.replay.comparison.comparison import Comparison, Measure, StageComparison
from services.replay.comparison.description import count_five, differences_of
from services.replay.comparison.interval import find_share
from services.replay.comparison.judgement import Judgement
from services.replay.comparison.pair import Pair, Verdict
from services.replay.comparison.word_difference import Part, find_passages, is_rewritten

FOLDER = Path(__file__).parent / "template"
MAX_CHARS = 600
"""Of a text, so much is shown."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff]"
)
"""What a browser does not show, or obeys. Two cells may differ in nothing else."""

BAR_WIDTH = 600


@dataclass(frozen=True)
class Case:
    """One of the worst cases."""

    pair: Pair
    replay_id: UUID
    cells: int
    grids: tuple[Grid, ...]


def write_page(found: Comparison, lost: Sequence[UUID], shown: int) -> bytes:
    """Write a comparison as HTML in UTF-8. The same comparison gives the same bytes.

    Args:
        lost: Jobs whose answer of before is not kept any more.
        shown: So many of the worst cases.
    """
    style = (FOLDER / "comparison.css").read_text(encoding="utf-8")
    whole = found.of(None)
    page = _open_template().render(
        manifest=found.manifest,
        style=Markup(style),
        style_digest=b64encode(sha256(style.encode()).digest()).decode(),
        counts=[_count(name, counted) for name, counted in _parts(found)],
        bar=list(_bar(whole)),
        bar_width=BAR_WIDTH,
        took=list(_took(whole)),
        cells=whole.cells,
        verdicts=tuple(Verdict),
        fields=[(s.value, field) for s in found.manifest.stages for field in found.fields_of(s)],
        noise=[_tell_judgement(said) for said in found.judgements if _is_seen(said)],
        calls=list(call_lines(found)) if found.control else [NO_CONTROL],
        warnings=list(warnings_of(found, lost)),
        cases=[_make_case(found, pair) for pair in found.worst(shown)],
    )
    return page.encode(errors="replace")


@cache
def _open_template() -> Template:
    pages = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"was": _was, "now": _now, "seen": _show_unseen}
    return pages.get_template("comparison.html")


def _parts(found: Comparison) -> Iterator[tuple[str, StageComparison]]:
    stages = found.manifest.stages
    yield from ((stage.value, found.of(stage)) for stage in stages)
    if len(stages) > 1:
        yield "all", found.of(None)


def _count(name: str, counted: StageComparison) -> dict[str, Any]:
    shares = [
        (verdict, count, find_share(count, counted.total)) for verdict, count in count_five(counted)
    ]
    return {"name": name, "n": counted.total, "shares": shares}


def _bar(counted: StageComparison) -> Iterator[tuple[str, float, float]]:
    """Each of the five counts as a piece: its name, where it begins, how wide it is."""
    begin = 0.0
    for name, count in count_five(counted):
        width = BAR_WIDTH * count / counted.total if counted.total else 0.0
        if count:
            yield name, round(begin, 2), round(width, 2)
        begin += width


def _took(whole: StageComparison) -> Iterator[tuple[str, str, str, str]]:
    yield _tell_measure("cost", whole.cost, show_cost)
    yield _tell_measure("tokens", whole.tokens, lambda value: f"{value:,.0f}")
    yield _tell_measure("seconds an answer, the median", whole.latency, lambda v: f"{v:.2f}")


def _tell_measure(name: str, measure: Measure, show: Any) -> tuple[str, str, str, str]:
    if measure.before is None or measure.now is None:
        return name, UNKNOWN, UNKNOWN, UNKNOWN
    change = "" if measure.change is None else f"{measure.change:+.1%}"
    return name, show(measure.before), show(measure.now), change


def _is_seen(said: Judgement) -> bool:
    return said.counts.neither < said.counts.total


def _tell_judgement(said: Judgement) -> dict[str, Any]:
    counts, total = said.counts, said.counts.total or 1
    return {
        "stage": said.stage.value,
        "verdict": said.verdict.value,
        "now": (counts.both + counts.first) / total,
        "control": (counts.both + counts.second) / total,
        "difference": counts.difference,
        "interval": said.interval,
        "n": counts.total,
        "call": said.call.value,
    }


def _make_case(found: Comparison, pair: Pair) -> Case:
    cells = len(differences_of(pair))
    return Case(pair, found.manifest.replay_of(pair.job_id), cells, make_grids(pair))


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
        return _show_unseen(text)
    before, now = cell.before or "", cell.now or ""
    passages = find_passages(before, now)
    if is_rewritten(passages) or max(len(before), len(now)) > MAX_CHARS:
        return _wrap(part, text)
    shown = (passage for passage in passages if passage.part in (part, Part.KEPT))
    return Markup("").join(
        _wrap(part, passage.text) if passage.part is part else _show_unseen(passage.text)
        for passage in shown
    )


def _wrap(part: Part, text: str) -> Markup:
    name = Markup("del" if part is Part.GONE else "ins")
    return Markup("<{0}>{1}</{0}>").format(name, _show_unseen(text))


def _show_unseen(text: str) -> Markup:
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
