"""What a column is like."""

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.column import make_column


def existing(kind: DataType | None, name: str = "Recognized") -> FinalColumn:
    return FinalColumn("c1", name, kind, None, "", is_suggested=False)


def test_a_reading_counts_only_where_the_cells_agree() -> None:
    numbers, words = ("1", "2"), ("one", "two")
    assert make_column(existing(None), numbers, reading=DataType.DECIMAL).data_type == "decimal"
    assert make_column(existing(None), words, reading=DataType.INTEGER).data_type == "text"
    assert make_column(existing(DataType.TEXT), numbers).data_type == "text"


def test_one_cell_of_two_thousand_decides_that_a_column_is_text() -> None:
    cells = (*map(str, range(1, 2001)), "06103-1234")
    assert make_column(existing(None), cells[:-1]).data_type == "integer"
    assert make_column(existing(None), cells).data_type == "text"


def test_a_boolean_is_spelt_as_its_cells_are() -> None:
    cells = ("Yes", "Yes", "no")
    assert make_column(existing(None), cells).spelling == ("Yes", "no")
    assert make_column(existing(DataType.BOOLEAN), cells).spelling == ("Yes", "no")
    assert make_column(existing(DataType.BOOLEAN), ("JA",)).spelling == ("JA", "NEIN")
    assert make_column(existing(DataType.BOOLEAN), ()).spelling == ("true", "false")


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
