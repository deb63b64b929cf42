"""What a client reads of a job."""

from typing import Any

import pytest

from schemas.api.result import Completeness, assemble_result
from schemas.api.warning import COST_WARNING, DEMO_WARNING
from schemas.job.check import CheckAction, CheckOutcome, Missing, MissingPart, Severity
from schemas.job.record import Engine, StageRecord
from schemas.stage import StageName
from schemas.table.suggestion import (
    ColumnSuggestion,
    ColumnSuggestions,
    RowFill,
    RowSuggestions,
    TableSuggestion,
)
from tests.factory import OLD_TABLE, make_provenance, make_record, with_columns


def with_rows(record: StageRecord, *rows: tuple[str, ...]) -> StageRecord:
    suggestions = RowSuggestions.model_validate({"rows": [{"cells": row} for row in rows]})
    return record.with_result(
        StageName.ROW, suggestions, make_provenance(engine=Engine.DEMO, model="demo", cost_usd=0)
    )


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


@pytest.mark.parametrize(
    ("cells", "primary", "name"),
    [
        (["Ann", "7"], None, "Ann"),
        (["Ann", "7"], "b", "7"),
        (["", "7"], None, "7"),
        (["", "7"], "a", "7"),
        (["x" * 200, ""], None, "x" * 80),
        (["", ""], None, None),
    ],
)
def test_a_row_that_gets_values_has_the_name_that_a_person_knows_it_by(
    cells: list[str], primary: str | None, name: str | None
) -> None:
    context = {"columns": [{"name": "a"}, {"name": "b"}], "rows": [{"cells": cells}, {"cells": []}]}
    fill = (RowFill(row="r1", cells=("0.1",)),)
    columns = ColumnSuggestions(columns=(ColumnSuggestion(name="Mass"),), fill=fill)
    table = TableSuggestion(title="T", primary=primary and ColumnSuggestion(name=primary))
    record = make_record(context=context)
    for stage, result in ((StageName.TABLE, table), (StageName.COLUMN, columns)):
        record = record.with_result(stage, result, make_provenance())
    assert assemble_result(record).row_names.get("r1") == name
    assert "r2" not in assemble_result(record).row_names


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


def with_provenance(**fields: Any) -> StageRecord:
    record = with_columns(make_record(stages=["column", "row"]), "Name", "Moons")
    rows = RowSuggestions.model_validate({"rows": [{"cells": ("Mars", "2")}]})
    provenance = make_provenance(engine=Engine.MODEL, model="m-1", **fields)
    return record.with_result(StageName.ROW, rows, provenance)


SHORT = [
    (
        {"what": MissingPart.ROWS, "asked": 5, "given": 3},
        "2 of 5 rows that were asked for are missing: what was proposed in their place did not pass"
        " the checks.",
    ),
    (
        {"what": MissingPart.VALUES, "asked": 7, "given": 6, "column": "s2"},
        "Column 'Moons': 1 of 7 values for existing rows is missing.",
    ),
]


@pytest.mark.parametrize(("missing", "warning"), SHORT)
def test_a_result_that_lacks_something_is_partial_and_says_what(
    missing: dict[str, Any], warning: str
) -> None:
    result = assemble_result(with_provenance(missing=[Missing(**missing)], cost_usd=0.1))
    assert result.status is Completeness.PARTIAL
    assert result.warnings == (warning,)


TOLD = [
    ("repaired", ("r2",), 1, "Column 'Moons', row r2: it was so."),
    ("blanked", ("r1", "r2"), 2, "Column 'Moons', rows r1, r2: it was so; left blank (2 times)."),
    ("flagged", ("proposed row 3",), 1, "Column 'Moons', proposed row 3: it was so."),
    (
        "repaired",
        tuple(f"proposed row {n}" for n in range(1, 8)),
        9,
        "Column 'Moons', proposed rows 1, 2, 3, 4, 5 and 4 more: it was so (9 times).",
    ),
]


@pytest.mark.parametrize(("action", "rows", "count", "warning"), TOLD)
def test_what_was_done_to_a_value_is_said_with_row_and_column(
    action: str, rows: tuple[str, ...], count: int, warning: str
) -> None:
    outcome: dict[str, Any] = {"id": "C10", "action": action, "severity": "info", "where": "c2"}
    outcome |= {"message": "it was so", "rows": rows, "count": count}
    record = make_record(context=OLD_TABLE, stages=["row"])
    made = make_provenance(checks=(outcome,))
    result = assemble_result(record.with_result(StageName.ROW, RowSuggestions(), made))
    assert result.warnings == (warning,)


def test_of_very_many_findings_the_rest_is_counted() -> None:
    outcomes = [
        {"id": "C18", "action": "repaired", "severity": "info", "where": f"s{n}", "message": "so"}
        for n in range(43)
    ]
    record = make_record(context=OLD_TABLE, stages=["row"])
    made = make_provenance(checks=tuple(outcomes))
    warnings = assemble_result(record.with_result(StageName.ROW, RowSuggestions(), made)).warnings
    assert (len(warnings), warnings[-1]) == (41, "3 more findings are in checks.")


def test_the_name_of_a_type_is_no_value_of_anybody() -> None:
    outcome = {"id": "C10", "action": "repaired", "severity": "info", "message": "it was so"}
    record = make_record(context=OLD_TABLE, stages=["row"])
    made = make_provenance(checks=(outcome,))
    done = record.with_result(StageName.ROW, RowSuggestions(), made)
    assert assemble_result(done).warnings == ()


def test_what_the_checks_found_is_told_and_what_is_doubtful_is_a_warning() -> None:
    told = {"id": "C10", "where": "s2", "message": "a value is not a whole number", "count": 2}
    checks = [
        CheckOutcome(action=CheckAction.BLANKED, severity=Severity.WARNING, **told),
        CheckOutcome(action=CheckAction.RE_ASKED, severity=Severity.INFO, **told),
    ]
    result = assemble_result(with_provenance(checks=checks, cost_usd=0.1))
    assert result.status is Completeness.COMPLETE
    assert [(check.stage, check.action) for check in result.checks] == [
        ("row", "blanked"),
        ("row", "re-asked"),
    ]
    assert result.warnings == (
        "Column 'Moons': a value is not a whole number; left blank (2 times).",
    )


def test_a_cost_that_is_not_known_is_null_and_said_so() -> None:
    known, unknown = with_provenance(cost_usd=0.25), with_provenance(cost_usd=None)
    assert (assemble_result(known).cost_usd, assemble_result(known).warnings) == (0.25, ())
    assert assemble_result(unknown).cost_usd is None
    assert assemble_result(unknown).warnings == (COST_WARNING,)
