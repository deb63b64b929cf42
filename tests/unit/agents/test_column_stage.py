"""Columns: kept one by one, with a value for every existing row, asked for again, or missing."""

from typing import Any

import pytest

from schemas.job.record import Provenance, StageRecord
from schemas.stage import StageName
from schemas.table.suggestion import ColumnSuggestion, ColumnSuggestions
from services.column_agent.stage import STAGE
from tests.factory import (
    OLD_TABLE,
    make_provenance,
    make_record,
    make_table_suggestion,
)
from tests.unit.agents.scripted_model import ScriptedModel, list_found, run

MANY = OLD_TABLE | {"rows": [{"cells": [f"Planet {n}", str(n)]} for n in range(1, 131)]}


def answer(*columns: tuple[str, str], **fill: list[str]) -> dict[str, Any]:
    return {
        "columns": [{"name": name, "dataType": kind} for name, kind in columns],
        "fill": [{"row": row, "cells": cells} for row, cells in fill.items()],
    }


def want(count: int, context: dict[str, Any] = OLD_TABLE, **fields: Any) -> StageRecord:
    return make_record(stages=["column"], context=context, want={"columns": count} | fields)


def names(record: StageRecord) -> list[str]:
    return [column.name for column in suggestions(record).columns]


def suggestions(record: StageRecord) -> ColumnSuggestions:
    suggestion = record.results.column
    assert isinstance(suggestion, ColumnSuggestions)
    return suggestion


def values(record: StageRecord) -> dict[str, tuple[str, ...]]:
    return {item.row: item.cells for item in suggestions(record).fill}


async def test_a_good_answer_needs_one_call() -> None:
    model = ScriptedModel(answer(("Mass", "decimal"), r1=["0.1"], r2=["1"]))
    record, provenance = await run(STAGE, want(1), model)
    assert (names(record), values(record)) == (["Mass"], {"r1": ("0.1",), "r2": ("1",)})
    assert (provenance.calls, provenance.checks, provenance.missing) == (1, (), ())
    taken = ["Name", "Moons"]
    assert model.wants == [{"columns": 1, "rows": 0, "fill": ["r1", "r2"], "taken": taken}]


FAILED = [("moons ", "C02"), ("", "C01"), ("Data", "C03"), ("質量の値", "C15")]


@pytest.mark.parametrize(("header", "check"), FAILED)
async def test_only_the_failed_column_is_asked_for_again(header: str, check: str) -> None:
    model = ScriptedModel(
        answer(("Mass", "decimal"), (header, "text"), r1=["0.1", "a"], r2=["1", "b"]),
        answer(("Kind", "text"), r1=["rocky"], r2=["blue"]),
    )
    record, provenance = await run(STAGE, want(2), model)
    assert names(record) == ["Mass", "Kind"]
    assert values(record) == {"r1": ("0.1", "rocky"), "r2": ("1", "blue")}
    assert [asked["columns"] for asked in model.wants] == [2, 1]
    assert [column["name"] for column in model.data[1]["columns"]] == ["Name", "Moons", "Mass"]
    assert (check, "re-asked") in list_found(provenance)


async def test_a_column_in_doubt_is_proposed_with_a_flag_when_no_better_one_comes() -> None:
    model = ScriptedModel(answer(("Data", "text"), r1=["a"], r2=["b"]))
    record, provenance = await run(STAGE, want(1), model)
    assert names(record) == ["Data"]
    assert (len(model.questions), ("C03", "flagged") in list_found(provenance)) == (2, True)


async def test_a_missing_value_is_asked_for_alone() -> None:
    model = ScriptedModel(
        answer(("Mass", "decimal"), ("Kind", "text"), r1=["0.1", "rocky"], r2=["heavy", "blue"]),
        answer(r2=["1"]),
    )
    record, provenance = await run(STAGE, want(2), model)
    assert values(record) == {"r1": ("0.1", "rocky"), "r2": ("1", "blue")}
    assert model.wants[1] == {"columns": 0, "rows": 0, "fill": ["r2"], "into": ["s1"]}
    assert provenance.re_asks == 1


async def test_a_row_left_out_is_asked_for_in_all_columns() -> None:
    model = ScriptedModel(
        answer(("Mass", "decimal"), ("Kind", "text"), r2=["1", "blue"]),
        answer(r1=["0.1", "rocky"], r9=["7", "invented"]),
    )
    record, provenance = await run(STAGE, want(2), model)
    assert values(record) == {"r1": ("0.1", "rocky"), "r2": ("1", "blue")}
    assert model.wants[1]["into"] == ["s1", "s2"]
    assert ("C05", "dropped") in list_found(provenance)


async def test_cells_are_never_shifted() -> None:
    model = ScriptedModel(
        answer(("Mass", "decimal"), ("Kind", "text"), r1=["rocky"], r2=["1", "blue"]),
        answer(r1=["0.1", "rocky"]),
    )
    record, provenance = await run(STAGE, want(2), model)
    assert values(record)["r1"] == ("0.1", "rocky")
    assert ("C06", "re-asked") in list_found(provenance)


def missing(provenance: Provenance) -> list[tuple[str, int, int, str | None]]:
    return [(m.what.value, m.asked, m.given, m.column) for m in provenance.missing]


async def test_after_two_re_asks_the_value_is_said_to_be_missing() -> None:
    model = ScriptedModel(
        answer(("Mass", "decimal"), r1=["0.1"], r2=["heavy"]), answer(r2=["very heavy"])
    )
    record, provenance = await run(STAGE, want(1), model)
    assert values(record) == {"r1": ("0.1",)}
    assert len(model.questions) == 3
    assert missing(provenance) == [("values", 2, 1, "s1")]


async def test_columns_that_do_not_come_are_said_to_be_missing() -> None:
    model = ScriptedModel(answer(("Mass", "decimal"), r1=["0.1"], r2=["1"]), answer())
    _, provenance = await run(STAGE, want(2), model)
    assert missing(provenance) == [("columns", 2, 1, None)]


async def test_every_row_of_a_long_table_is_filled_in_batches_that_are_no_re_asks() -> None:
    def fill(data: dict[str, Any]) -> dict[str, Any]:
        said = {row: ["x" + row] for row in data["want"]["fill"]}
        return answer(*([("Nick", "text")] if data["want"]["columns"] else []), **said)

    model = ScriptedModel(fill)
    record, provenance = await run(STAGE, want(1, MANY), model)
    assert values(record) == {f"r{n}": (f"xr{n}",) for n in range(1, 131)}
    assert [len(asked["fill"]) for asked in model.wants] == [60, 60, 10]
    assert model.wants[2]["into"] == ["s1"]
    assert (provenance.re_asks, provenance.missing) == (0, ())


def new_table(**lead: Any) -> StageRecord:
    record = make_record(want={"columns": 3, "rows": 0})
    said = make_table_suggestion(secondary=ColumnSuggestion(name="Kind", **lead))
    return record.with_result(StageName.TABLE, said, make_provenance())


KEPT = [
    ([("Mass", "decimal")], []),
    (
        [("Name", "text"), ("kind", "integer"), ("Mass", "decimal"), ("Orbit", "text")],
        [("C02", "dropped"), ("C02", "dropped"), ("C04", "dropped")],
    ),
]


@pytest.mark.parametrize(("said", "found"), KEPT)
async def test_the_columns_that_the_table_began_with_come_first_unchanged(
    said: list[tuple[str, str]], found: list[tuple[str, str]]
) -> None:
    model = ScriptedModel(answer(*said))
    record, provenance = await run(STAGE, new_table(), model)
    assert (model.wants[0]["columns"], model.wants[0]["taken"]) == (1, ["Name", "Kind"])
    assert names(record) == ["Name", "Kind", "Mass"]
    assert suggestions(record).columns[1].data_type == "text"
    assert list_found(provenance) == found


async def test_a_new_table_that_wants_no_more_columns_than_it_has_needs_no_call() -> None:
    record = make_record(want={"columns": 2, "rows": 0})
    said = make_table_suggestion(secondary=ColumnSuggestion(name="Kind"))
    begun = record.with_result(StageName.TABLE, said, make_provenance())
    record, provenance = await run(STAGE, begun, ScriptedModel())
    assert (names(record), provenance.calls) == (["Name", "Kind"], None)


async def test_what_a_model_cannot_do_at_once_is_asked_for_one_column_at_a_time() -> None:
    one = {"r1": ["a"], "r2": ["b"]}
    model = ScriptedModel(
        answer(("Name", "text"), ("Moons", "text"), ("Name", "text")),
        answer(("Mass", "text"), **one),
        answer(("Kind", "text"), **one),
        answer(("Kind", "text"), **one),
        answer(("Orbit", "text"), **one),
    )
    record, provenance = await run(STAGE, want(3), model)
    assert names(record) == ["Mass", "Kind", "Orbit"]
    assert [asked["columns"] for asked in model.wants] == [3, 1, 1, 1, 1]
    assert model.wants[2]["taken"] == ["Name", "Moons", "Mass"]
    # The first piece and the one that failed are asked again; a piece after a good one is not.
    assert provenance.re_asks == 2


async def test_a_piece_after_a_good_one_needs_no_re_ask() -> None:
    model = ScriptedModel("no", "no", *(answer((f"Mass {n}", "text")) for n in range(4)))
    record, provenance = await run(STAGE, want(4, fillExisting=False), model)
    assert (len(names(record)), provenance.re_asks, provenance.missing) == (4, 2, ())


async def test_without_existing_rows_to_fill_none_are_asked_for() -> None:
    model = ScriptedModel(answer(("Mass", "decimal")))
    await run(STAGE, want(1, fillExisting=False), model)
    assert model.wants[0]["fill"] == []


IDENTIFIERS = [
    ("integer", ["+4915100011122", "+33601020304"]),
    ("integer", ["01103", "06103-1234"]),
    ("decimal", ["€12.50", "$140.00"]),
    ("datetime", ["2019-03-23 20:21:09", "2019-03-04 16:11:55"]),
    ("boolean", ["N", "S"]),
]


@pytest.mark.parametrize(("kind", "cells"), IDENTIFIERS)
async def test_a_column_whose_values_belie_its_type_is_text_and_keeps_them(
    kind: str, cells: list[str]
) -> None:
    fill = {f"r{n}": [cell] for n, cell in enumerate(cells, 1)}
    model = ScriptedModel(answer(("Value", kind), **fill))
    record, provenance = await run(STAGE, want(1, fillExisting=True), model)
    assert [item.cells for item in suggestions(record).fill] == [(cell,) for cell in cells]
    assert suggestions(record).columns[0].data_type == "text"
    assert ("C10", "flagged") in list_found(provenance)


async def test_a_column_of_which_half_is_still_to_do_is_no_column_of_placeholders() -> None:
    model = ScriptedModel(answer(("State", "text"), r1=["Todo"], r2=["Done"]))
    record, _ = await run(STAGE, want(1, fillExisting=True), model)
    assert len(model.questions) == 1
    assert [item.cells for item in suggestions(record).fill] == [("Todo",), ("Done",)]
