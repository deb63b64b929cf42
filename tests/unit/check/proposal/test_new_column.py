"""What the values of a proposed column come to: the column's type is proposed, too."""

from collections.abc import Sequence

import pytest

from schemas.table.wire import WireColumn
from services.check.proposal.filled_column import Candidate, read_candidate
from services.check.table.table import read_table
from tests.factory import OLD_TABLE, make_record


def propose(kind: str, cells: Sequence[str], name: str, locale: str | None = None) -> Candidate:
    rows = [{"cells": [f"k{number}"]} for number in range(len(cells))]
    asked = {"title": "T", "columns": [{"name": "Key"}], "rows": rows, "locale": locale}
    table = read_table(make_record(context=OLD_TABLE | asked))
    keys = [key for key, _ in table.rows]
    said = WireColumn(name=name, data_type=kind)
    candidate, _ = read_candidate(said, dict(zip(keys, cells, strict=True)), table, set(), "c")
    assert candidate is not None
    return candidate


KEPT: list[tuple[str, str | None, str, list[str], str]] = [
    ("boolean", None, "Has ring", ["Yes", "No", "Partially"], "text"),
    ("boolean", None, "Country", ["NO", "NO", "IS"], "text"),
    ("boolean", None, "Has ring", ["Yes", "No", "Yes"], "boolean"),
    ("boolean", "de", "Ring?", ["ja", "nein", "ja"], "boolean"),
    ("text", None, "Morse", ["-", "--", ".-"], "text"),
    ("text", None, "Rh", ["+", "-", "+"], "text"),
    ("text", None, "Painter", ["Giotto", "unknown", "Duccio"], "text"),
    ("decimal", None, "Balance", ["(12.50)", "3.00"], "decimal"),
    ("decimal", None, "Balance", ["12.50-", "3.00"], "decimal"),
    ("integer", None, "Count", ["1,234", "56"], "integer"),
    ("decimal", None, "Duration", ["1h 30m", "45m"], "text"),
    ("decimal", None, "Limit", ["<0.5", "1.2", "3"], "text"),
    ("integer", None, "Age", ["3-5", "6-8", "13+"], "text"),
    ("decimal", None, "Cup", ["¼", "1 1/2", "2"], "text"),
    ("decimal", None, "Weight (kg)", ["5 kg", "300 g"], "text"),
    ("decimal", None, "Weight", ["5 kg", "12 kg"], "decimal"),
    ("decimal", None, "Price", ["€12.50", "7.00"], "decimal"),
    ("decimal", "de", "Preis", ["1.500,50 €", "12,00 €"], "decimal"),
    ("text", None, "Example", ["vec<a>", "#include <map>", "a<b and c>d"], "text"),
]


@pytest.mark.parametrize(("kind", "locale", "name", "cells", "came_to"), KEPT)
def test_the_values_of_a_new_column_are_kept_to_the_letter(
    kind: str, locale: str | None, name: str, cells: list[str], came_to: str
) -> None:
    candidate = propose(kind, cells, name, locale)
    assert [*candidate.values.values()] == cells
    assert candidate.column.data_type == came_to


def test_an_answer_that_looks_like_a_placeholder_is_kept_and_said() -> None:
    found = propose("text", ["Giotto", "unknown", "Duccio", "Cimabue"], "Painter").found
    assert [(item.id, item.action, item.rows) for item in found] == [("C13", "flagged", ("r2",))]
