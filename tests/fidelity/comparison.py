"""Counts the cells of a job that are not what they were, or what a model has proposed."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.api.result import SuggestionResult, assemble_result
from schemas.job.record import Engine, StageRecord
from services.gateway.job.result_csv import write_csv
from tests.fidelity.table import Held, Row


@dataclass
class Comparison:
    """Cells compared and changed.

    Attributes:
        examples: Pairs of what was expected and what came.
    """

    compared: int = 0
    changed: int = 0
    examples: list[tuple[Row, Row]] = field(default_factory=list)

    def add(self, other: "Comparison") -> None:
        """Add what another one has counted."""
        self.compared += other.compared
        self.changed += other.changed
        self.examples += other.examples

    def compare(self, expected: Iterable[Row], actual: Iterable[Row]) -> None:
        """Compare rows in any order; one that is not there counts with all its cells."""
        wanted = [*expected]
        self.compared += sum(map(len, wanted))
        lacking = [*(Counter(wanted) - Counter(come := [*actual])).elements()]
        strange = [*(Counter(come) - Counter(wanted)).elements()]
        strange += [()] * (len(lacking) - len(strange))
        for right, wrong in zip(lacking, strange, strict=False):
            padded = (*wrong, *(None,) * (len(right) - len(wrong)))
            self.changed += sum(a != b for a, b in zip(right, padded, strict=False))
            self.examples.append((right, wrong))


def compare(held: Held, record: StageRecord) -> tuple[Comparison, Comparison]:
    """Compare what came of a table, in JSON and in CSV."""
    in_json, in_csv = Comparison(), Comparison()
    _compare_json(held, record, in_json)
    table = [*csv.reader(io.StringIO(write_csv(record, Engine.MODEL).decode(), newline=""))]
    order = [table[0].index(header) for header in _list_headers(held)]
    in_csv.compare(
        [*_list_existing(held), *held.rows],
        [tuple(row[place] for place in order) for row in table[1:]],
    )
    return in_json, in_csv


def _compare_json(held: Held, record: StageRecord, counted: Comparison) -> None:
    kept = StageRecord.from_json(record.to_json())
    counted.compare(held.existing.rows, [row.values for row in kept.job.context.rows])
    result = SuggestionResult.from_json(assemble_result(kept).to_json())
    values = {c.name: tuple(v.value for v in c.values) for c in result.columns if c.is_suggested}
    for name, cells in held.columns:
        counted.compare([(cell,) for cell in cells], [(cell,) for cell in values.get(name, ())])
    counted.compare(held.rows, [tuple(row.cells.values()) for row in result.rows])


def _list_headers(held: Held) -> list[str]:
    return [*held.existing.headers, *(name for name, _ in held.columns)]


def _list_existing(held: Held) -> list[Row]:
    cells = [cells for _, cells in held.columns]
    return [
        (*row, *(column[place] for column in cells)) for place, row in enumerate(held.existing.rows)
    ]
