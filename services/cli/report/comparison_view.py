"""How a comparison looks in a terminal."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from schemas.api.replay.comparison import AnswerCounts, FieldCounts, ReplayComparison, WorstCase
from services.cli.report.noise_view import noise_lines
from services.cli.terminal.number import counted
from services.cli.terminal.text import plain
from services.replay.comparison.comparison import Measure
from services.replay.comparison.pair import Verdict
from services.replay.comparison.word_difference import Part, Passage, find_passages, is_rewritten
from services.replay.report.amount import UNKNOWN, show_cost
from services.replay.report.remark import warnings_of

CELLS_SHOWN = 8
VALUE_CHARS = 40
KEPT_CHARS = 20
"""Of a text that was kept, so much is shown beside what was not."""
MARKS = {Part.GONE: ("[-", "-]"), Part.NEW: ("{+", "+}")}


def comparison_lines(found: ReplayComparison) -> Iterator[str]:
    """The counts, what it took, and the worst cases cell by cell."""
    yield "stage  " + "".join(f"{verdict.value:>9}" for verdict in Verdict) + "      all    cells"
    whole = found.all
    for name, counts in found.stages.items():
        yield _count_line(name, counts)
    if len(found.stages) > 1:
        yield _count_line("all", whole)
    for name, measure, show in (
        ("cost", whole.cost_usd, show_cost),
        ("tokens", whole.tokens, lambda value: f"{value:,.0f}"),
        ("latency", whole.latency_s, lambda value: f"{value:.2f} s an answer, the median"),
    ):
        yield f"{name:<8}{_change(Measure(measure.before, measure.now), show)}"
    for stage, counts in found.stages.items():
        yield from (_field_line(stage, name, field) for name, field in counts.fields.items())
    if whole.same == whole.n:
        yield f"nothing has changed in {whole.n} answers"
    yield from (f"warning: {text}" for text in warnings_of(whole.of_another, len(found.lost)))
    yield from noise_lines(found)
    for case in found.worst:
        yield from _case_lines(case)


def _count_line(name: str, counts: AnswerCounts) -> str:
    told = "".join(f"{getattr(counts, verdict.value):>9}" for verdict in Verdict)
    return f"{name:<7}{told}{counts.n:>9}{counts.cells:>9}"


def _field_line(stage: str, name: str, field: FieldCounts) -> str:
    others = ((field.changed, "changed"), (field.better, "better"), (field.worse, "worse"))
    told = ", ".join(f"{count} {what}" for count, what in others if count)
    values = counted(field.cells, "value")
    return f"differs: {stage} {plain(name)}, {values} in answers that are {told}"


def _change(measure: Measure, show: Any) -> str:
    if measure.before is None or measure.now is None:
        return UNKNOWN
    change = measure.change
    grown = f" ({change:+.1%})" if change else ""
    return f"{show(measure.now)}, was {show(measure.before)}{grown}"


def _case_lines(case: WorstCase) -> Iterator[str]:
    yield f"{plain(case.verdict)}: {case.job_id} {case.stage.value}"
    for cell in case.cells[:CELLS_SHOWN]:
        yield f"  {plain(cell.path)}: {tell_change(cell.before, cell.after)}"
    if (more := len(case.cells) - CELLS_SHOWN) > 0:
        yield f"  and {more} more, see --json"


def tell_change(before: Any, after: Any) -> str:
    """What has become of a cell: of a text that was edited, the words."""
    if isinstance(before, str) and isinstance(after, str):
        passages = find_passages(before, after)
        if not is_rewritten(passages):
            return _words(passages)
    return f"{_value(before)} -> {_value(after)}"


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
