"""What an answer of each stage must hold beyond its shape."""

from typing import Any

import pytest

from schemas.record import StageRecord
from schemas.suggestion import ColumnSuggestion, ColumnSuggestions, RowSuggestions
from services.column_agent.checks import check as check_columns
from services.row_agent.checks import check as check_rows
from services.table_agent.checks import check as check_table
from tests.factory import OLD_TABLE, make_record, make_table_suggestion, with_columns

TWO = ("Mass", "Radius")


def columns(*names: str, fill: dict[str, list[str]] | None = None) -> ColumnSuggestions:
    rows = [{"row": row, "cells": cells} for row, cells in (fill or {}).items()]
    return ColumnSuggestions.model_validate(
        {"columns": [ColumnSuggestion(name=name) for name in names], "fill": rows}
    )


def rows(*cells: list[str]) -> RowSuggestions:
    return RowSuggestions.model_validate({"rows": [{"cells": row} for row in cells]})


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, []),
        ({"primary": None}, ["C04"]),
        ({"secondary": ColumnSuggestion(name=" name ")}, ["C02"]),
        ({"sample_row": ("Mars",)}, ["C06"]),
    ],
)
def test_a_new_table_has_two_columns_and_a_row(fields: dict[str, Any], found: list[str]) -> None:
    suggestion = make_table_suggestion(**fields)
    assert [finding.check for finding in check_table(make_record(), suggestion)] == found


def test_an_existing_table_needs_no_new_columns() -> None:
    suggestion = make_table_suggestion(primary=None, secondary=None, sample_row=())
    assert list(check_table(make_record(context=OLD_TABLE), suggestion)) == []


@pytest.mark.parametrize(
    ("suggestion", "found"),
    [
        (columns("Mass", fill={"r1": ["1"], "r2": ["2"]}), []),
        (columns("moons ", fill={"r1": ["1"], "r2": ["2"]}), ["C02"]),
        (columns(fill={"r1": [], "r2": []}), ["C04"]),
        (columns("Mass", fill={"r1": ["1"]}), ["C05"]),
        (columns("Mass", fill={"r1": ["1"], "r2": ["2"], "r9": ["3"]}), ["C05"]),
        (columns("Mass", fill={"r1": ["1", "x"], "r2": ["2"]}), ["C06"]),
    ],
)
def test_new_columns_are_new_and_filled(suggestion: ColumnSuggestions, found: list[str]) -> None:
    record = make_record(context=OLD_TABLE, want={"columns": 1})
    assert [finding.check for finding in check_columns(record, suggestion)] == found


def two_columns(**fields: Any) -> StageRecord:
    return with_columns(make_record(want={"rows": 2} | fields), *TWO)


@pytest.mark.parametrize(
    ("suggestion", "found"),
    [
        (rows(["a", "b"], ["c", "d"]), []),
        (rows(["a", "b"]), ["C07"]),
        (rows(["a", "b"], ["c"]), ["C06"]),
        (rows(["a", "b"], ["A ", "b"]), ["C09"]),
    ],
)
def test_new_rows_are_complete_and_different(suggestion: RowSuggestions, found: list[str]) -> None:
    assert [finding.check for finding in check_rows(two_columns(), suggestion)] == found


def test_an_existing_row_is_not_given_back() -> None:
    record = make_record(context=OLD_TABLE, want={"rows": 1})
    assert [f.check for f in check_rows(record, rows(["mars", "2"]))] == ["C09"]
