"""What of a new cell's form a server can hold its model to: nothing that a right value breaks."""

import re

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from schemas.table.wire import TextForm
from services.check.table.cell_form import PATTERNS, find_form
from services.check.table.column import make_column

ENUM = ("Design", "Sales")
FORMS: list[tuple[DataType | None, tuple[str, ...], TextForm]] = [
    (None, ("12", "14"), TextForm()),
    (DataType.TEXT, (), TextForm()),
    (DataType.ENUM, (), TextForm(values=(*ENUM, ""))),
    (DataType.BOOLEAN, (), TextForm(values=("true", "false", ""))),
    (DataType.BOOLEAN, ("Yes", "No"), TextForm(values=("Yes", "No", ""))),
    (DataType.IMAGEURL, (), TextForm(values=("",))),
    (DataType.INTEGER, ("3", ""), TextForm(pattern="^(-?[0-9]{1,18})?$")),
    (DataType.INTEGER, ("1,200",), TextForm()),
    (DataType.DECIMAL, ("12 %",), TextForm()),
    (DataType.DATETIME, ("31/12/2026",), TextForm()),
]


@pytest.mark.parametrize(("kind", "cells", "form"), FORMS)
def test_a_form_is_known_where_the_type_is_declared_and_the_cells_are_written_so(
    kind: DataType | None, cells: tuple[str, ...], form: TextForm
) -> None:
    members = ENUM if kind is DataType.ENUM else None
    column = make_column(FinalColumn("c1", "Some", kind, members, "", is_suggested=False), cells)
    assert find_form(column, cells) == form


RIGHT = [
    (DataType.INTEGER, ("0", "-12", "299792458")),
    (DataType.DECIMAL, ("3", "-0.5", "6.02214076")),
    (DataType.DATETIME, ("2026-11-26", "2026-11-26T13:30:00Z")),
]


@pytest.mark.parametrize(("kind", "cells"), RIGHT)
def test_every_canonical_value_has_its_pattern(kind: DataType, cells: tuple[str, ...]) -> None:
    assert all(re.fullmatch(PATTERNS[kind], cell) for cell in cells)
