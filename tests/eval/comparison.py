"""What differs between two runs: scores, cases that got worse, and the proposals cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.check.text.folding import fold
from tests.eval.bootstrap import Estimate, estimate_mean
from tests.eval.outcome import CaseOutcome, Evaluation

WORSE_BY = 0.05
"""A soft score that has fallen by less is no regression of its case."""


class Kind(StrEnum):
    """How something differs from the run before."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    TYPE_CHANGED = "type-changed"


@dataclass(frozen=True)
class Difference:
    """One column, row or cell that differs. `place` says which; a side without it is None."""

    kind: Kind
    place: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True)
class Pair:
    """One case of both runs."""

    old: CaseOutcome
    new: CaseOutcome

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All differences of the proposals, columns first."""
        return (*_diff_columns(self.old, self.new), *_diff_rows(self.old, self.new))

    @property
    def regressions(self) -> tuple[str, ...]:
        """What is worse than before, in words."""
        return tuple(_list_regressions(self.old, self.new))


def pair_up(old: Evaluation, new: Evaluation) -> tuple[Pair, ...]:
    """Return the cases that both runs have; models are paired by their order."""
    renamed = dict(zip(new.models, old.models, strict=False))
    before = {outcome.key: outcome for outcome in old.outcomes}
    keys = [(o.case, renamed.get(o.model, o.model), o.repeat) for o in new.outcomes]
    return tuple(
        Pair(before[key], outcome)
        for key, outcome in zip(keys, new.outcomes, strict=True)
        if key in before
    )


def estimate_change(pairs: tuple[Pair, ...], score: str) -> Estimate | None:
    """Return the mean change of a score, over the cases that have it in both runs."""
    changes = [
        new[score] - old[score]
        for old, new in ((list_scores(p.old), list_scores(p.new)) for p in pairs)
        if score in old and score in new
    ]
    return estimate_mean(changes)


def list_scores(outcome: CaseOutcome) -> Mapping[str, float]:
    """Return the soft scores, and whether the hard tier is passed as one more."""
    return {"hard": float(outcome.is_good), **outcome.soft}


def _list_regressions(old: CaseOutcome, new: CaseOutcome) -> Iterator[str]:
    if new.failure and not old.failure:
        yield f"fails: {new.failure}"
    for name in new.hard:
        if name not in old.hard:
            yield f"breaks {name}"
    for name, score in new.soft.items():
        before = old.soft.get(name)
        if before is not None and score < before - WORSE_BY:
            yield f"{name} {before:.2f} to {score:.2f}"
    if new.is_partial and not old.is_partial:
        yield "is partial"


def _diff_columns(old: CaseOutcome, new: CaseOutcome) -> Iterator[Difference]:
    before = {fold(column.name): column for column in old.columns}
    after = {fold(column.name): column for column in new.columns}
    for key in [*before, *(key for key in after if key not in before)]:
        was, now = before.get(key), after.get(key)
        place = f"column {(now or was).name}"  # type: ignore[union-attr]
        if was is None or now is None:
            yield Difference(Kind.ADDED if now else Kind.REMOVED, place)
        elif was.data_type != now.data_type:
            yield Difference(Kind.TYPE_CHANGED, place, was.data_type, now.data_type)


def _diff_rows(old: CaseOutcome, new: CaseOutcome) -> Iterator[Difference]:
    before, after = _index_rows(old), _index_rows(new)
    for key in [*before, *(key for key in after if key not in before)]:
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            yield Difference(Kind.ADDED if now else Kind.REMOVED, f"row {key}")
        else:
            yield from _diff_cells(key, was, now)


def _diff_cells(key: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Difference]:
    for header in was.keys() & now.keys():
        if was[header] != now[header]:
            yield Difference(Kind.CHANGED, f"row {key}, {header}", was[header], now[header])


def _index_rows(outcome: CaseOutcome) -> dict[str, Mapping[str, str]]:
    """Proposed rows by what they are about, and values for existing rows by the row's id."""
    rows: dict[str, Mapping[str, str]] = {}
    for cells in outcome.rows:
        name = cells[outcome.primary] if outcome.primary < len(cells) else ""
        rows.setdefault(fold(name), dict(zip(outcome.headers, cells, strict=False)))
    return rows | outcome.fills
