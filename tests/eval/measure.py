"""The soft scores, from 0 to 1: how good an answer is that breaks no hard rule."""

import re
from collections.abc import Callable
from statistics import fmean

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.text.folding import fold
from tests.eval.final import Final, list_existing
from tests.eval.trial import Trial

MANY_TYPES = 4
LONGEST_HEADER_WORDS = 4
CHOSEN = frozenset((DataType.ENUM, DataType.BOOLEAN, DataType.IMAGEURL))

_UNIT = re.compile(r"\([^)]*\)")
_SMALL = frozenset(("a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to"))


def measure(trial: Trial, final: Final) -> dict[str, float]:
    """Return the scores that apply to a trial, by name."""
    scores = {name: score(trial, final) for name, score in SCORES.items()}
    return {name: round(score, 4) for name, score in scores.items() if score is not None}


def _score_type_mix(trial: Trial, final: Final) -> float | None:
    """Different types among the proposed columns, of as many as could be."""
    types = [column.data_type for column in final.proposed]
    return min(len(set(types)) / min(len(types), MANY_TYPES), 1) if len(types) > 1 else None


def _score_fill(trial: Trial, final: Final) -> float | None:
    cells = [cell for column, cell in final.list_cells() if not _is_image(column)]
    return fmean(bool(cell.strip()) for cell in cells) if cells else None


def _score_distinct(trial: Trial, final: Final) -> float | None:
    """How often a value of a free column is a new one, over the proposed rows."""
    ratios = []
    for place, column in enumerate(final.columns):
        told = [fold(row[place]) for row in final.rows if row[place].strip()]
        if column.data_type not in CHOSEN and len(told) > 1:
            ratios.append(len(set(told)) / len(told))
    return fmean(ratios) if ratios else None


def _score_headers(trial: Trial, final: Final) -> float | None:
    """Headers of one to four words in Title Case, where the script has capitals."""
    names = [column.name for column in final.proposed]
    return fmean(_is_well_put(name) for name in names) if names else None


def _is_well_put(name: str) -> bool:
    words = _UNIT.sub("", name).split()
    cased = [word for word in words if word[0].islower() and word not in _SMALL]
    return 1 <= len(words) <= LONGEST_HEADER_WORDS and not cased


def _score_novelty(trial: Trial, final: Final) -> float | None:
    """Rows about something that is not in the table yet."""
    if not final.rows or not final.columns:
        return None
    seen = list_existing(trial.steps[0].before, final.primary)
    new = []
    for row in final.rows:
        name = fold(row[final.primary])
        new.append(name not in seen)
        seen.add(name)
    return fmean(new)


def _score_types(trial: Trial, final: Final) -> float | None:
    """Columns of the type that the case expects, read or proposed."""
    expect = trial.case.expect
    wanted = [*expect.types.items(), *((word, DataType.ENUM) for word in expect.enum_for)]
    table = trial.record.results.table
    read = {r.column_key: r.inferred_type for r in table.column_readings} if table else {}
    hits = [
        (read.get(column.key) or column.data_type) == data_type
        for word, data_type in wanted
        for column in (final.columns[place] for place in final.find_places(word))
    ]
    return fmean(hits) if hits else None


def _score_gold(trial: Trial, final: Final) -> float | None:
    """Facts that are right, of those that the answer speaks of."""
    hits = [
        fold(row[place]) == fold(gold.value)
        for gold in trial.case.expect.gold
        for row in final.rows
        if fold(row[final.primary]) == fold(gold.primary)
        for place in final.find_places(gold.column)
        if row[place].strip()
    ]
    return fmean(hits) if hits else None


def _is_image(column: FinalColumn) -> bool:
    return column.data_type is DataType.IMAGEURL


SCORES: dict[str, Callable[[Trial, Final], float | None]] = {
    "types": _score_types,
    "gold": _score_gold,
    "fill": _score_fill,
    "distinct": _score_distinct,
    "novelty": _score_novelty,
    "headers": _score_headers,
    "type mix": _score_type_mix,
}
