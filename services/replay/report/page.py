"""A comparison as one page: no script, no link to anywhere, and nothing of a cell is markup."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from markupsafe import Markup

from services.replay.comparison.comparison import Comparison, Measure, StageComparison
from services.replay.comparison.description import count_five, judgements_of
from services.replay.comparison.interval import find_share
from services.replay.comparison.judgement import Judgement
from services.replay.comparison.pair import Verdict
from services.replay.report.amount import UNKNOWN, show_cost
from services.replay.report.case import FOLDER, make_cases, open_templates
from services.replay.report.remark import NO_CONTROL, call_lines, warnings_of

BAR_WIDTH = 600


def write_page(found: Comparison, lost: Sequence[UUID], shown: int) -> bytes:
    """Write a comparison as HTML in UTF-8. The same comparison gives the same bytes.

    Args:
        lost: Jobs whose answer of before is not kept any more.
        shown: So many of the worst cases.
    """
    style = (FOLDER / "comparison.css").read_text(encoding="utf-8")
    whole = found.of(None)
    page = (
        open_templates()
        .get_template("comparison.html")
        .render(
            manifest=found.manifest,
            style=Markup(style),
            style_digest=b64encode(sha256(style.encode()).digest()).decode(),
            counts=[_count(name, counted) for name, counted in _parts(found)],
            bar=list(_bar(whole)),
            bar_width=BAR_WIDTH,
            took=list(_took(whole)),
            cells=whole.cells,
            verdicts=tuple(Verdict),
            fields=[
                (s.value, field) for s in found.manifest.stages for field in found.fields_of(s)
            ],
            noise=[_tell_judgement(said) for said in found.judgements if _is_seen(said)],
            calls=list(call_lines(judgements_of(found))) if found.control else [NO_CONTROL],
            warnings=list(warnings_of(whole.others, len(lost))),
            cases=list(make_cases(found, shown)),
            jobs_at=None,
        )
    )
    return page.encode(errors="replace")


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
