"""Rows: kept one by one, asked for again, or missing."""

from typing import Any

import pytest

from schemas.job.record import StageRecord
from schemas.table.suggestion import RowSuggestions
from services.failure.error import OutputInvalidError
from services.row_agent.stage import STAGE
from tests.factory import OLD_TABLE, make_record
from tests.unit.agents.scripted_model import ScriptedModel, list_found, run


def rows(*cells: tuple[str, ...]) -> dict[str, Any]:
    return {"rows": [{"cells": list(row)} for row in cells]}


def want(count: int, **context: Any) -> StageRecord:
    return make_record(stages=["row"], context=OLD_TABLE | context, want={"rows": count})


def cells_of(record: StageRecord) -> list[tuple[str, ...]]:
    suggestion = record.results.row
    assert isinstance(suggestion, RowSuggestions)
    return [row.cells for row in suggestion.rows]


async def test_good_rows_need_one_call() -> None:
    model = ScriptedModel(rows(("Venus", "0"), ("Jupiter", "95")))
    record, provenance = await run(STAGE, want(2), model)
    assert cells_of(record) == [("Venus", "0"), ("Jupiter", "95")]
    assert (provenance.calls, provenance.re_asks, provenance.checks) == (1, 0, ())
    assert "C08" in provenance.checks_run


FAILED_ROWS = [
    (("Venus",), "C06"),
    ((), "C06"),
    (("", "1"), "C08"),
    (("mars", "9"), "C08"),
    (("Jupiter", "95"), "C08"),
]


@pytest.mark.parametrize(("bad", "check"), FAILED_ROWS)
async def test_only_the_failed_row_is_asked_for_again(bad: tuple[str, ...], check: str) -> None:
    model = ScriptedModel(rows(("Jupiter", "95"), bad), rows(("Venus", "0")))
    record, provenance = await run(STAGE, want(2), model)
    assert cells_of(record) == [("Jupiter", "95"), ("Venus", "0")]
    assert [asked["rows"] for asked in model.wants] == [2, 1]
    assert (check, "re-asked") in list_found(provenance)
    assert (check, "dropped") in list_found(provenance)
    assert provenance.missing == ()


async def test_what_was_accepted_is_part_of_the_table_that_is_asked_about_again() -> None:
    model = ScriptedModel(rows(("Jupiter", "95")), rows(("Venus", "0")))
    await run(STAGE, want(2), model)
    assert model.data[1]["rows"][-1] == {"cells": ["Jupiter", "95"]}
    assert model.data[1]["totalRows"] == 3


async def test_what_is_there_already_is_told_when_asked_again() -> None:
    model = ScriptedModel(rows(("Mars", "9")), rows(("Venus", "0")))
    await run(STAGE, want(1), model)
    assert model.data[1]["present"] == ["Mars"]
    assert "C08, proposed row 1" in model.questions[1].messages[-1]["content"]


async def test_after_two_re_asks_the_result_is_partial() -> None:
    model = ScriptedModel(rows(("Venus", "0")), rows())
    record, provenance = await run(STAGE, want(3), model)
    assert cells_of(record) == [("Venus", "0")]
    assert (len(model.questions), provenance.re_asks) == (3, 2)
    missing = provenance.missing[0]
    assert (missing.what, missing.asked, missing.given) == ("rows", 3, 1)


async def test_a_value_that_does_not_fit_is_asked_for_again_and_then_blank() -> None:
    model = ScriptedModel(rows(("Venus", "none at all")))
    record, provenance = await run(STAGE, want(1), model)
    assert cells_of(record) == [("Venus", "")]
    assert len(model.questions) == 3
    assert ("C10", "blanked") in list_found(provenance)
    assert provenance.missing == ()


async def test_a_better_row_takes_the_place_of_one_in_doubt() -> None:
    model = ScriptedModel(rows(("Venus", "none at all")), rows(("Venus", "0")))
    record, _ = await run(STAGE, want(1), model)
    assert cells_of(record) == [("Venus", "0")]


async def test_too_many_rows_are_cut_and_cost_no_call() -> None:
    model = ScriptedModel(rows(("Venus", "0"), ("Jupiter", "95")))
    record, provenance = await run(STAGE, want(1), model)
    assert cells_of(record) == [("Venus", "0")]
    assert list_found(provenance) == [("C07", "dropped")]


async def test_one_item_of_the_wrong_form_does_not_spoil_the_others() -> None:
    answer = rows(("Venus", "0"))
    answer["rows"] += [{"cells": "none"}, 7]
    model = ScriptedModel(answer, rows(("Jupiter", "95")))
    record, provenance = await run(STAGE, want(2), model)
    assert cells_of(record) == [("Venus", "0"), ("Jupiter", "95")]
    assert ("C20", "dropped") in list_found(provenance)


async def test_numbers_and_nulls_count_as_their_text() -> None:
    model = ScriptedModel({"rows": [{"cells": ["Venus", 0]}, {"cells": ["Jupiter", None]}]})
    record, _ = await run(STAGE, want(2), model)
    assert cells_of(record) == [("Venus", "0"), ("Jupiter", "")]


async def test_nothing_usable_at_all_is_a_failure_that_names_the_check() -> None:
    with pytest.raises(OutputInvalidError) as failed:
        await run(STAGE, want(1), ScriptedModel(rows(("Mars", "1"))))
    assert failed.value.code == "C08"
    assert "Mars" not in failed.value.message
    assert failed.value.spent_usd == pytest.approx(0.03)


async def test_a_column_held_free_stays_blank() -> None:
    columns = [{"name": "Name"}, {"name": "New Column 2"}]
    context = {"columns": columns, "rows": [{"cells": ["Mars", ""]}]}
    model = ScriptedModel(rows(("Venus", "whatever")))
    record, _ = await run(STAGE, want(1, **context), model)
    assert cells_of(record) == [("Venus", "")]
    assert model.data[0]["columns"][1]["isPlaceholder"] is True


async def test_a_locked_column_is_shown_as_such() -> None:
    columns = [{"name": "Name", "locked": True}, {"name": "Moons"}]
    model = ScriptedModel(rows(("Venus", "0")))
    await run(STAGE, want(1, columns=columns), model)
    assert model.data[0]["columns"][0]["locked"] is True
    assert "locked" not in model.data[0]["columns"][1]


async def test_what_is_done_to_a_cell_is_said_with_the_row_as_it_is_proposed() -> None:
    model = ScriptedModel(rows(("mars", "1"), ("Venus", "1,000"), ("Io", "0 (none)")), rows())
    record, provenance = await run(STAGE, want(3), model)
    assert cells_of(record) == [("Venus", "1000"), ("Io", "0")]
    found = {item.id: item for item in provenance.checks if item.action == "repaired"}
    assert (found["C10"].where, found["C10"].rows) == ("c2", ("proposed row 1",))
    assert (found["C12"].where, found["C12"].rows) == ("c2", ("proposed row 2",))


@pytest.mark.parametrize("word", ["N/A", "Test", "Sample 1", "-", "unknown"])
async def test_a_word_that_identifies_the_row_never_fails_the_job(word: str) -> None:
    record, _ = await run(STAGE, want(1), ScriptedModel(rows((word, "1"))))
    assert cells_of(record) == [(word, "1")]


async def test_a_better_row_takes_the_place_of_one_that_names_nothing() -> None:
    model = ScriptedModel(rows(("N/A", "1")), rows(("Venus", "0")))
    record, _ = await run(STAGE, want(1), model)
    assert cells_of(record) == [("Venus", "0")]


async def test_the_prompt_shows_the_type_by_which_cells_are_checked() -> None:
    columns = [{"name": "Name"}, {"name": "Phone"}, {"name": "Visits"}]
    phones = [{"cells": ["Ada", "+4915100011122", "3"]}, {"cells": ["Bo", "+33601020304", "12"]}]
    model = ScriptedModel(rows(("Di", "0151", "4")))
    record, _ = await run(STAGE, want(1, columns=columns, rows=phones), model)
    assert [column["dataType"] for column in model.data[0]["columns"]] == [
        "text",
        "text",
        "integer",
    ]
    assert cells_of(record) == [("Di", "0151", "4")]


async def test_what_a_model_cannot_do_at_once_is_asked_for_five_rows_at_a_time() -> None:
    def invent(data: dict[str, Any]) -> dict[str, Any]:
        first = len(data["rows"])
        return rows(*((f"New {first + n}", "0") for n in range(data["want"]["rows"])))

    model = ScriptedModel(rows(("Mars", "2")), invent)
    record, provenance = await run(STAGE, want(12), model)
    assert [asked["rows"] for asked in model.wants] == [12, 5, 5, 2]
    assert (len(cells_of(record)), provenance.re_asks, provenance.missing) == (12, 1, ())


async def test_a_question_says_of_which_columns_its_cells_are() -> None:
    model = ScriptedModel(rows(("Venus", "0"), ("Jupiter", "95")))
    await run(STAGE, want(2), model)
    columns = [(column["key"], column["name"]) for column in model.data[0]["columns"]]
    assert list(model.questions[0].columns) == columns
