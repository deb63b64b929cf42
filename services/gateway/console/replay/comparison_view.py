"""A comparison as the API tells it in, the rows of a page's tables out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.api.replay.comparison import (
    AnswerCounts,
    BeforeAndNow,
    FieldCounts,
    NoiseJudgement,
    ReplayComparison,
    ShareInterval,
)
from services.replay.comparison.description import FIVE

ALL = "all"
BAR_WIDTH = 600
MAX_FIELDS = 20
"""So many fields are shown of a stage; JSON has all."""

ANY = ShareInterval(low=0.0, high=1.0)
"""Of nothing, anything may be the share."""


@dataclass(frozen=True)
class CountRow:
    """The five counts of a stage, or of all, each with the interval of its share; they add to n."""

    name: str
    shares: tuple[tuple[str, int, ShareInterval], ...]
    counts: AnswerCounts


@dataclass(frozen=True)
class FieldRow:
    """What has become of a field of a stage's answers; its six counts add up to n."""

    stage: str
    name: str
    counts: FieldCounts


@dataclass(frozen=True)
class TookRow:
    """A quantity before and now.

    Attributes:
        kind: How its values are written: dollars, number or seconds.
        change: By how much it has grown, as a share of before; None where that is not known.
    """

    name: str
    kind: str
    before: float | None
    now: float | None
    change: float | None


@dataclass(frozen=True)
class BarPart:
    """One of the five counts in a bar: where it begins, and how wide it is, of BAR_WIDTH."""

    name: str
    share: float
    begin: float
    width: float


@dataclass(frozen=True)
class NoiseRow:
    """A share of the replay beside the control's, from 0 to 1."""

    said: NoiseJudgement
    now: float
    control: float


def list_counts(found: ReplayComparison) -> list[CountRow]:
    """A row for each stage, and one for all where there are several."""
    rows = [_count(name, counts) for name, counts in found.stages.items()]
    return rows if len(rows) == 1 else [*rows, _count(ALL, found.all)]


def list_fields(found: ReplayComparison) -> list[FieldRow]:
    """The fields that differ, stage by stage, those with the most cells first."""
    return [
        FieldRow(stage, name, counts)
        for stage, of_stage in found.stages.items()
        for name, counts in list(of_stage.fields.items())[:MAX_FIELDS]
    ]


def lay_bar(counts: AnswerCounts) -> list[BarPart]:
    """The five counts as parts of one bar; those that are 0 have none."""
    parts, begin = list[BarPart](), 0.0
    for name in FIVE:
        share = getattr(counts, name) / counts.n if counts.n else 0.0
        width = BAR_WIDTH * share
        if share:
            parts.append(BarPart(name, share, round(begin, 2), round(width, 2)))
        begin += width
    return parts


def list_took(counts: AnswerCounts) -> list[TookRow]:
    """What the answers that both sides have took, before and now."""
    return [
        _measure("cost", "dollars", counts.cost_usd),
        _measure("tokens", "number", counts.tokens),
        _measure("latency of an answer, the median", "seconds", counts.latency_s),
    ]


def list_judgements(found: ReplayComparison) -> list[NoiseRow]:
    """What the control says of each stage, but of what neither side has."""
    return list(_judge(found))


def _judge(found: ReplayComparison) -> Iterator[NoiseRow]:
    for said in () if found.control is None else found.control.judgements:
        if said.n and (said.now or said.control):
            yield NoiseRow(said, said.now / said.n, said.control / said.n)


def _count(name: str, counts: AnswerCounts) -> CountRow:
    shares = tuple((one, getattr(counts, one), counts.shares.get(one, ANY)) for one in FIVE)
    return CountRow(name, shares, counts)


def _measure(name: str, kind: str, of: BeforeAndNow) -> TookRow:
    change = of.now / of.before - 1 if of.now is not None and of.before else None
    return TookRow(name, kind, of.before, of.now, change)
