"""What a column is like."""

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.column import infer_type, make_column


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["5", "unknown", "3 (estimated)", "1,200"], "integer"),
        (["-229 (average)", "-105", "9.1"], "decimal"),
        (["1801", "1930", "before 1900"], "integer"),
        (["Yes", "Yes", "maybe, lacking reference ", "no"], "boolean"),
        (["2024-01-01", "Jan 5, 2024", ""], "datetime"),
        (["N/A", "none planned", "2040+ (studied)"], "text"),
        (["1", "a"], "text"),
        ([], "text"),
    ],
)
def test_a_column_without_a_type_has_the_one_of_most_cells(cells: list[str], kind: str) -> None:
    assert infer_type(cells) == kind


def existing(kind: DataType | None, name: str = "Recognized") -> FinalColumn:
    return FinalColumn("c1", name, kind, None, "", is_suggested=False)


def test_a_reading_counts_only_where_the_cells_agree() -> None:
    numbers, words = ("1", "2"), ("one", "two")
    assert make_column(existing(None), numbers, reading=DataType.DECIMAL).data_type == "decimal"
    assert make_column(existing(None), words, reading=DataType.INTEGER).data_type == "text"
    assert make_column(existing(DataType.TEXT), numbers).data_type == "text"


def test_a_boolean_keeps_the_spelling_of_its_cells_unless_it_was_declared() -> None:
    cells = ("Yes", "Yes", "no")
    assert make_column(existing(None), cells).spelling == ("Yes", "no")
    assert make_column(existing(DataType.TEXT), ("JA",)).spelling == ("JA", "NEIN")
    assert make_column(existing(DataType.BOOLEAN), cells).spelling is None


def test_an_enum_without_members_has_those_of_its_cells() -> None:
    assert make_column(existing(DataType.ENUM), ("A ", "B", "A")).enum_values == ("A", "B")


@pytest.mark.parametrize(
    ("name", "cells", "is_blank"),
    [
        ("New Column 2", ("", ""), True),
        ("New Column 2", (), True),
        ("New Column 1", ("", "front"), False),
        ("Value", (), False),
        ("", ("",), True),
    ],
)
def test_a_column_that_nobody_has_named_or_filled_is_a_place_held_free(
    name: str, cells: tuple[str, ...], is_blank: bool
) -> None:
    assert make_column(existing(None, name), cells).is_blank is is_blank
