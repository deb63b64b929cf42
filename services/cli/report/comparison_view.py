"""How a comparison looks in a terminal."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from services.cli.report.noise_view import noise_lines
from services.cli.terminal.number import counted
from services.cli.terminal.text import plain
from services.replay.comparison.comparison import Comparison, Measure, StageComparison
from services.replay.comparison.description import differences_of
from services.replay.comparison.difference import Difference
from services.replay.comparison.field_count import FieldCount
from services.replay.comparison.pair import Pair, Verdict
from services.replay.comparison.word_difference import Part, Passage, find_passages, is_rewritten
from services.replay.report.amount import UNKNOWN, show_cost
from services.replay.report.remark import warnings_of

CELLS_SHOWN = 8
VALUE_CHARS = 40
KEPT_CHARS = 20
"""Of a text that was kept, so much is shown beside what was not."""
MARKS = {Part.GONE: ("[-", "-]"), Part.NEW: ("{+", "+}")}


def comparison_lines(found: Comparison, lost: Sequence[UUID], shown: int) -> Iterator[str]:
    """The counts, what it took, and the worst cases cell by cell."""
    stages = found.manifest.stages
    yield "stage  " + "".join(f"{verdict.value:>9}" for verdict in Verdict) + "      all    cells"
    for stage in stages:
        yield _count_line(stage.value, found.of(stage))
    whole = found.of(None)
    if len(stages) > 1:
        yield _count_line("all", whole)
    for name, measure, show in (
        ("cost", whole.cost, show_cost),
        ("tokens", whole.tokens, lambda value: f"{value:,.0f}"),
        ("latency", whole.latency, lambda value: f"{value:.2f} s an answer, the median"),
    ):
        yield f"{name:<8}{_change(measure, show)}"
    for stage in stages:
        yield from (_field_line(stage.value, field) for field in found.fields_of(stage))
    if not any(pair.verdict not in (Verdict.SAME,) for pair in found.pairs):
        yield f"nothing has changed in {whole.total} answers"
    yield from (f"warning: {text}" for text in warnings_of(found, lost))
    yield from noise_lines(found)
    for pair in found.worst(shown):
        yield from _pair_lines(pair)


def _count_line(name: str, counted: StageComparison) -> str:
    counts = "".join(f"{counted.counts[verdict]:>9}" for verdict in Verdict)
    return f"{name:<7}{counts}{counted.total:>9}{counted.cells:>9}"


def _field_line(stage: str, field: FieldCount) -> str:
    differ = (Verdict.CHANGED, Verdict.BETTER, Verdict.WORSE)
    others = ((field.counts[verdict], verdict.value) for verdict in differ)
    told = ", ".join(f"{count} {what}" for count, what in others if count)
    values = counted(field.cells, "value")
    return f"differs: {stage} {plain(field.name)}, {values} in answers that are {told}"


def _change(measure: Measure, show: Any) -> str:
    if measure.before is None or measure.now is None:
        return UNKNOWN
    change = measure.change
    grown = f" ({change:+.1%})" if change else ""
    return f"{show(measure.now)}, was {show(measure.before)}{grown}"


def _pair_lines(pair: Pair) -> Iterator[str]:
    yield f"{pair.verdict.value}: {pair.job_id} {pair.stage.value}"
    differences = differences_of(pair)
    for item in differences[:CELLS_SHOWN]:
        yield f"  {plain(item.path)}: {tell_change(item)}"
    if (more := len(differences) - CELLS_SHOWN) > 0:
        yield f"  and {more} more, see --json"


def tell_change(cell: Difference) -> str:
    """What has become of a cell: of a text that was edited, the words."""
    if isinstance(cell.before, str) and isinstance(cell.after, str):
        passages = find_passages(cell.before, cell.after)
        if not is_rewritten(passages):
            return _words(passages)
    return f"{_value(cell.before)} -> {_value(cell.after)}"


def _words(passages: Sequence[Passage]) -> str:
    """As `git diff --word-diff` tells them; of what was kept, what stands beside."""
    told, last = list[str](), len(passages) - 1
    for at, passage in enumerate(passages):
        text = plain(passage.text)
        if passage.part is Part.KEPT:
            told.append(_shorten(text, is_first=at == 0, is_last=at == last))
        else:
            begin, end = MARKS[passage.part]
            told.append(f"{begin}{_cut(text)}{end}")
    return "".join(told)


def _shorten(text: str, *, is_first: bool, is_last: bool) -> str:
    if len(text) <= 2 * KEPT_CHARS:
        return text
    before = "" if is_first else text[:KEPT_CHARS]
    return f"{before}…{'' if is_last else text[-KEPT_CHARS:]}"


def _value(value: Any) -> str:
    return _cut(plain(json.dumps(value, ensure_ascii=False)))


def _cut(text: str) -> str:
    return text if len(text) <= VALUE_CHARS else f"{text[: VALUE_CHARS - 1]}…"
