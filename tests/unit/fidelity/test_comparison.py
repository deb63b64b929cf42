"""The benchmark of kept values sees what has changed."""

from collections.abc import Callable

import pytest

from schemas.stage import StageName
from schemas.table.suggestion import (
    ColumnSuggestion,
    ColumnSuggestions,
    RowFill,
    RowSuggestion,
    RowSuggestions,
)
from tests.factory import OLD_TABLE, make_provenance, make_record
from tests.fidelity.comparison import compare
from tests.fidelity.held_model import HeldModel
from tests.fidelity.run import make_request, run_job
from tests.fidelity.table import Held, Table, declare, hold_columns, hold_rows, make_table
from tests.unit.agents.scripted_model import ScriptedModel

EXISTING = (("Mars", "2"), ("Earth", "1"))
HELD = Held(
    Table("Planets", ("Name", "Moons"), EXISTING), (("Mass", ("6.4", "59.7")),), (("Io", "-", ""),)
)


def count(mass: str, row: tuple[str, ...]) -> tuple[int, int]:
    """Cells that differ in JSON and in CSV when a job ends with these values."""
    columns = ColumnSuggestions(
        columns=(ColumnSuggestion(name="Mass"),),
        fill=(RowFill(row="r1", cells=(mass,)), RowFill(row="r2", cells=("59.7",))),
    )
    rows = RowSuggestions(rows=(RowSuggestion(cells=row),))
    made = make_provenance()
    record = make_record(context=OLD_TABLE).with_result(StageName.COLUMN, columns, made)
    in_json, in_csv = compare(HELD, record.with_result(StageName.ROW, rows, made))
    return in_json.changed, in_csv.changed


def test_what_is_kept_differs_in_nothing() -> None:
    assert count("6.4", ("Io", "-", "")) == (0, 0)


def test_a_changed_cell_is_counted_in_both_forms() -> None:
    assert count("6", ("Io", "-", "")) == (1, 1)
    assert count("6.4", ("Io", "", "")) == (1, 1)


def test_a_cell_that_only_the_csv_changes_is_counted_there() -> None:
    held = Held(Table("T", ("Name", "Moons"), EXISTING), rows=(("=1", "-"),))
    rows = RowSuggestions(rows=(RowSuggestion(cells=("=1", "-")),))
    record = make_record(context=OLD_TABLE).with_result(StageName.ROW, rows, make_provenance())
    assert [part.changed for part in compare(held, record)] == [0, 1]


def test_held_out_parts_make_the_table_whole_again() -> None:
    table = make_table("T", ("A", "A", "B"), [(str(n), f"a{n}", f"b{n}") for n in range(9)])
    assert table.headers == ("A", "A 2", "B")
    by_rows, by_columns = hold_rows(table), hold_columns(table)
    assert sorted((*by_rows.existing.rows, *by_rows.rows)) == sorted(table.rows)
    assert by_columns.existing.headers == ("A", "B")
    assert by_columns.columns == (("A 2", table.list_cells(1)),)


def test_a_person_declares_what_all_cells_are() -> None:
    assert declare(("1", "-2", "")) == ("integer", None)
    assert declare(("1.5", "2")) == ("decimal", None)
    assert declare(("004", "533")) == ("text", None)
    assert declare(("True", "False")) == ("boolean", None)
    assert declare(("Jan 1 2000", "2001/02/03")) == ("datetime", None)
    assert declare(("a", "b") * 3) == ("enum", ("a", "b"))


@pytest.mark.parametrize("is_typed", [False, True])
@pytest.mark.parametrize("hold", [hold_rows, hold_columns])
async def test_the_model_proposes_what_was_held_out_in_the_shape_of_the_prompts(
    hold: Callable[[Table], Held], is_typed: bool
) -> None:
    rows = [(f"thing {n}", f"{n:03}", str(n), f"€{n}.50", f"{n + 1:02}/12/2024") for n in range(90)]
    model = HeldModel()
    model.held = held = hold(make_table("T", ("Name", "Code", "Size", "Price", "Since"), rows))
    model.is_typed = is_typed
    request = make_request(held, is_typed=is_typed)
    record = await run_job(request, ScriptedModel(model.answer).ask)
    parts = compare(held, record)
    assert [(part.changed, part.examples) for part in parts] == [(0, [])] * 2
