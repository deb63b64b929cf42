"""A comparison: the pairs of a manifest, counted and weighed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from schemas.stage import StageName
from services.replay.answer import Answer
from services.replay.comparison.control import Control, PairKey
from services.replay.comparison.difference import find_differences
from services.replay.comparison.field_count import FieldCount, count_fields, name_field
from services.replay.comparison.judgement import Call, Judgement, judge
from services.replay.comparison.pair import Pair, Verdict
from services.replay.manifest import Manifest

BADNESS = (Verdict.FAILING, Verdict.WORSE, Verdict.CHANGED, Verdict.BETTER)


@dataclass(frozen=True)
class Measure:
    """A quantity before and now, over the pairs in which both sides have it.

    Attributes:
        before: None, as now, where no pair has both.
    """

    before: float | None
    now: float | None

    @property
    def change(self) -> float | None:
        """By how much it has grown, as a share of before; None where that is not known."""
        if self.before is None or self.now is None:
            return None
        if not self.before:
            return 0.0 if not self.now else float("inf")
        return self.now / self.before - 1


@dataclass(frozen=True)
class StageComparison:
    """What has become of a stage, over all jobs.

    Attributes:
        cells: Cells that differ, in all pairs that both sides have answered.
        cost, tokens: Of the pairs of which both answers were asked for, as latency is.
        latency: Of an answer, the median, in seconds.
        others: Answers that another prompt or model has given than was planned.
    """

    counts: Counter[Verdict]
    cells: int
    cost: Measure
    tokens: Measure
    latency: Measure
    others: int

    @property
    def total(self) -> int:
        """Of how many pairs it is."""
        return sum(self.counts.values())

    @property
    def neutral(self) -> int:
        """The same, or another one that the checks hold to be as good."""
        return self.counts[Verdict.SAME] + self.counts[Verdict.CHANGED]


@dataclass(frozen=True)
class Comparison:
    """What has become of all jobs of a manifest.

    Attributes:
        control: Shows the noise; None where no control was run: then no difference is called.
    """

    manifest: Manifest
    pairs: Sequence[Pair]
    control: Control | None = None

    def of(self, stage: StageName | None) -> StageComparison:
        """Of one stage, or of all."""
        pairs = [pair for pair in self.pairs if stage in (None, pair.stage)]
        both = [(p.before, p.now) for p in pairs if p.before is not None and p.now is not None]
        asked = [(a, b) for a, b in both if not (a.is_reused or b.is_reused)]
        return StageComparison(
            counts=Counter(pair.verdict for pair in pairs),
            cells=sum(map(self._count_cells, pairs)),
            cost=_sum((a.cost_usd, b.cost_usd) for a, b in asked),
            tokens=_sum((a.tokens, b.tokens) for a, b in asked),
            latency=_middle([(a.latency_s, b.latency_s) for a, b in asked]),
            others=sum(pair.now is not None and self._is_other(pair.now, pair) for pair in pairs),
        )

    def fields_of(self, stage: StageName) -> tuple[FieldCount, ...]:
        """The fields of a stage's answers in which any differs, that with the most values first."""
        return count_fields([pair for pair in self.pairs if pair.stage is stage], self._fields)

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """What may be said of each stage beside the control; nothing without one."""
        return judge(self.pairs, self.control) if self.control is not None else ()

    @property
    def called(self) -> tuple[Judgement, ...]:
        """The differences that are outside of the noise."""
        return tuple(said for said in self.judgements if said.call is Call.DIFFERENT)

    def worst(self, limit: int) -> list[Pair]:
        """Pairs that are not the same and not missing, the worst first."""
        differ = [pair for pair in self.pairs if pair.verdict in BADNESS]
        return sorted(differ, key=self._badness)[:limit]

    @cached_property
    def _fields(self) -> Mapping[PairKey, Counter[str]]:
        """How many cells of which field differ, where any do."""
        both = ((pair, pair.before, pair.now) for pair in self.pairs)
        return {
            pair.key: _count_by_field(before, now)
            for pair, before, now in both
            if before is not None and now is not None and before.suggestion != now.suggestion
        }

    def _badness(self, pair: Pair) -> tuple[int, int, str]:
        return BADNESS.index(pair.verdict), -self._count_cells(pair), str(pair.job_id)

    def _count_cells(self, pair: Pair) -> int:
        return self._fields[pair.key].total() if pair.key in self._fields else 0

    def _is_other(self, answer: Answer, pair: Pair) -> bool:
        planned = self.manifest
        is_changed_stage = pair.stage is planned.stage
        is_prompt_s = not is_changed_stage or answer.prompt_version == planned.prompt_version
        return not (is_prompt_s and planned.model in (None, answer.model))


def _count_by_field(before: Answer, now: Answer) -> Counter[str]:
    found = find_differences(before.suggestion, now.suggestion)
    return Counter(name_field(one.path) for one in found)


def _sum(values: Iterable[tuple[float | None, float | None]]) -> Measure:
    """Where one side of one pair is not known, the sum is not."""
    both = list(values)
    known = [(a, b) for a, b in both if a is not None and b is not None]
    if not known or len(known) < len(both):
        return Measure(None, None)
    return Measure(sum(a for a, _ in known), sum(b for _, b in known))


def _middle(values: Sequence[tuple[float, float]]) -> Measure:
    if not values:
        return Measure(None, None)
    return Measure(median(a for a, _ in values), median(b for _, b in values))
