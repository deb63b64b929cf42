"""What a table is about: asked again as a whole, then told with what is wrong with it."""

from typing import Any

import pytest

from schemas.job.record import StageRecord
from schemas.table.suggestion import TableSuggestion
from services.failure.error import OutputInvalidError
from services.table_agent.stage import STAGE
from tests.factory import OLD_TABLE, make_record
from tests.unit.agents.scripted_model import ScriptedModel, list_found, run


def lead(name: str, kind: str = "text") -> dict[str, Any]:
    return {"name": name, "dataType": kind, "enumValues": None, "description": "", "why": ""}


def say(**fields: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": "Planets",
        "description": "What orbits.",
        "entity": "planet",
        "language": "en",
        "primary": lead("Name"),
        "secondary": lead("Moons", "integer"),
        "sampleRow": ["Mars", "2"],
        "columnReadings": [],
    }
    return values | fields


def said(record: StageRecord) -> TableSuggestion:
    assert record.results.table is not None
    return record.results.table


async def test_a_good_answer_needs_one_call() -> None:
    record, provenance = await run(STAGE, make_record(), ScriptedModel(say()))
    assert said(record).sample_row == ("Mars", "2")
    assert (provenance.calls, provenance.checks) == (1, ())


WRONG = [
    ({"primary": None}, "C04"),
    ({"secondary": None}, "C04"),
    ({"secondary": lead(" name ")}, "C02"),
    ({"primary": lead("")}, "C01"),
    ({"secondary": lead("Column 2")}, "C03"),
    ({"sampleRow": ["Mars"]}, "C06"),
    ({"sampleRow": ["Mars", "two"]}, "C10"),
]


@pytest.mark.parametrize(("fields", "check"), WRONG)
async def test_what_is_wrong_is_told_and_asked_for_again(fields: Any, check: str) -> None:
    model = ScriptedModel(say(**fields), say())
    record, provenance = await run(STAGE, make_record(), model)
    assert said(record).secondary is not None
    assert list_found(provenance) == [(check, "re-asked")]
    assert check in model.questions[1].messages[-1]["content"]


async def test_a_table_of_one_column_is_better_than_none() -> None:
    record, provenance = await run(STAGE, make_record(), ScriptedModel(say(secondary=None)))
    assert (said(record).primary is not None, said(record).secondary) == (True, None)
    assert provenance.missing == ()


async def test_where_no_column_stage_follows_the_column_is_missing() -> None:
    record = make_record(stages=["table"])
    _, provenance = await run(STAGE, record, ScriptedModel(say(secondary=None)))
    assert [(item.what, item.given) for item in provenance.missing] == [("columns", 1)]


async def test_without_a_primary_column_nothing_can_be_used() -> None:
    with pytest.raises(OutputInvalidError) as failed:
        await run(STAGE, make_record(), ScriptedModel(say(primary=None)))
    assert failed.value.code == "C04"


READINGS = [
    {"columnKey": "c1", "meaning": "its name", "inferredType": "text"},
    {"columnKey": "c2", "meaning": "its moons", "inferredType": "datetime"},
    {"columnKey": "c9", "meaning": "none", "inferredType": "text"},
]


async def test_the_cells_have_the_last_word_on_an_existing_column_s_type() -> None:
    columns = [{"name": "Name"}, {"name": "Moons"}]
    record = make_record(context=OLD_TABLE | {"columns": columns})
    model = ScriptedModel(say(columnReadings=READINGS))
    record, provenance = await run(STAGE, record, model)
    readings = {item.column_key: item.inferred_type for item in said(record).column_readings}
    assert readings == {"c1": "text", "c2": "integer"}
    assert list_found(provenance) == [("C05", "dropped"), ("C10", "repaired")]


async def test_a_user_s_title_and_columns_are_never_changed() -> None:
    model = ScriptedModel(say(title="Other", primary=lead("NAME", "integer"), sampleRow=[]))
    record, _ = await run(STAGE, make_record(context=OLD_TABLE), model)
    suggestion = said(record)
    assert suggestion.primary is not None
    assert (suggestion.title, suggestion.primary.name) == ("Planets", "Name")
    assert suggestion.primary.data_type == "text"


async def test_a_column_that_is_not_there_identifies_nothing() -> None:
    model = ScriptedModel(say(primary=lead("Elsewhere"), secondary=None))
    record, provenance = await run(STAGE, make_record(context=OLD_TABLE), model)
    assert said(record).primary is None
    assert ("C05", "dropped") in list_found(provenance)


async def test_what_is_done_to_the_sample_row_is_said_with_its_cell() -> None:
    model = ScriptedModel(say(sampleRow=["Mars", "1,000"]))
    record, provenance = await run(STAGE, make_record(), model)
    assert said(record).sample_row == ("Mars", "1000")
    assert [(item.id, item.where) for item in provenance.checks] == [("C10", "sample row, cell 2")]
