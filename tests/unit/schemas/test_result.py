"""What a client reads of a job."""

from schemas.record import Engine, StageRecord
from schemas.result import DEMO_WARNING, Completeness, assemble_result
from schemas.stage import StageName
from schemas.suggestion import ColumnSuggestion, ColumnSuggestions, RowFill, RowSuggestions
from tests.factory import OLD_TABLE, make_provenance, make_record, with_columns


def with_rows(record: StageRecord, *rows: tuple[str, ...]) -> StageRecord:
    suggestions = RowSuggestions.model_validate({"rows": [{"cells": row} for row in rows]})
    return record.with_result(StageName.ROW, suggestions, make_provenance(engine=Engine.DEMO))


def test_cells_are_keyed_by_column() -> None:
    record = with_rows(with_columns(make_record(), "Name", "Name"), ("Mars", "Ares"))
    assert assemble_result(record).rows[0].cells == {"s1": "Mars", "s2": "Ares"}


def test_a_suggested_column_carries_values_for_existing_rows() -> None:
    columns = ColumnSuggestions(
        columns=(ColumnSuggestion(name="Mass"),),
        fill=(RowFill(row="r1", cells=("0.1",)), RowFill(row="r2", cells=("1",))),
    )
    record = make_record(context=OLD_TABLE).with_result(
        StageName.COLUMN, columns, make_provenance()
    )
    result = assemble_result(record)
    assert [column.is_suggested for column in result.columns] == [False, False, True]
    assert [(v.row_id, v.value) for v in result.columns[2].values] == [("r1", "0.1"), ("r2", "1")]


def test_base_version_and_anchor_are_echoed() -> None:
    context = OLD_TABLE | {"baseVersion": 7, "anchor": "c2"}
    result = assemble_result(make_record(context=context))
    assert (result.base_version, result.anchor) == (7, "c2")


def test_a_result_is_partial_until_every_asked_stage_has_answered() -> None:
    record = with_columns(make_record(stages=["column", "row"]), "Name")
    assert assemble_result(record).status is Completeness.PARTIAL
    assert assemble_result(with_rows(record)).status is Completeness.COMPLETE


def test_demo_data_says_so() -> None:
    result = assemble_result(with_rows(with_columns(make_record(), "Name")))
    assert result.engine is Engine.DEMO
    assert result.warnings == (DEMO_WARNING,)
