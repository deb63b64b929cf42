"""A comparison as CSV: a line for each cell that differs, and one for each answer without any."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from schemas.table.export import escape
from services.replay.answer import Answer
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.description import differences_of
from services.replay.comparison.pair import Pair

HEADER = (
    "job",
    "replay",
    "stage",
    "verdict",
    "cost before",
    "cost now",
    "tokens before",
    "tokens now",
    "seconds before",
    "seconds now",
    "path",
    "before",
    "now",
)


def write_comparison(found: Comparison) -> bytes:
    """Write all answers in UTF-8, every cell quoted, lines ended by CR LF (RFC 4180).

    What an answer took stands in its first line only, so that a column can be summed. What a
    spreadsheet would run is escaped, as in `result.csv`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for pair in found.pairs:
        replay = str(found.manifest.replay_of(pair.job_id))
        writer.writerows(_lines(pair, replay))
    return text.getvalue().encode(errors="replace")


def _lines(pair: Pair, replay: str) -> Iterator[tuple[str, ...]]:
    of_pair = (str(pair.job_id), replay, pair.stage.value, pair.verdict.value)
    took = _take(pair.before, pair.now)
    cells = [(c.path, c.before, c.after) for c in differences_of(pair)] or [("", None, None)]
    for path, before, now in cells:
        yield (*of_pair, *took, escape(path), _tell(before), _tell(now))
        took = ("",) * len(took)


def _take(before: Answer | None, now: Answer | None) -> tuple[str, ...]:
    sides = [
        (None, None, None) if side is None else (side.cost_usd, side.tokens, side.latency_s)
        for side in (before, now)
    ]
    return tuple(
        "" if value is None else f"{value}" for both in zip(*sides, strict=True) for value in both
    )


def _tell(value: Any) -> str:
    if value is None:
        return ""
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
