"""Judges a comparison: a difference is called only where it is outside of the noise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.stage import StageName
from services.replay.comparison.control import Control
from services.replay.comparison.interval import Interval, PairedCounts, find_difference
from services.replay.comparison.pair import Pair, Verdict

CALLED_LEVEL = 0.9999
"""Where a difference is called: of ten thousand looks at a model beside itself one calls one.

A comparison has up to fifteen looks, so one in 700 is wrong where nothing has changed. By the 95 %
that are shown every second one would be.
"""
JUDGED = tuple(verdict for verdict in Verdict if verdict is not Verdict.MISSING)


class Call(StrEnum):
    """What may be said of a share of the replay beside the control's."""

    NOISE = "noise"
    UNCLEAR = "unclear"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Judgement:
    """How often a stage's answers are of one verdict, in the replay and in the control.

    Attributes:
        counts: Jobs of which both, the replay's alone, the control's alone, or none is.
    """

    stage: StageName
    verdict: Verdict
    counts: PairedCounts

    @property
    def interval(self) -> Interval:
        """Of the difference of the shares, the replay's less the control's, at 95 %."""
        return find_difference(self.counts)

    @property
    def call(self) -> Call:
        """Different where there is a difference almost certainly; unclear where there may be."""
        if not find_difference(self.counts, CALLED_LEVEL).has_zero:
            return Call.DIFFERENT
        return Call.NOISE if self.interval.has_zero else Call.UNCLEAR


def judge(pairs: Iterable[Pair], control: Control) -> tuple[Judgement, ...]:
    """Judge each stage by itself: what one stage says of a job goes on into the next.

    Only jobs count that both have an answer of. What is missing is told, and passes nothing.
    """
    return tuple(_judge(list(pairs), control))


def _judge(pairs: list[Pair], control: Control) -> Iterator[Judgement]:
    for stage in dict.fromkeys(pair.stage for pair in pairs):
        both = [
            (pair.verdict, control.verdicts[pair.job_id, stage])
            for pair in pairs
            if pair.stage is stage
            and (pair.job_id, stage) in control.verdicts
            and pair.verdict is not Verdict.MISSING
        ]
        for verdict in JUDGED:
            yield Judgement(stage, verdict, _count(verdict, both))


def _count(verdict: Verdict, both: Sequence[tuple[Verdict, Verdict]]) -> PairedCounts:
    found = [(now is verdict, then is verdict) for now, then in both]
    return PairedCounts(
        both=found.count((True, True)),
        first=found.count((True, False)),
        second=found.count((False, True)),
        neither=found.count((False, False)),
    )
