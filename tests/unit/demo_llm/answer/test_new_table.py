"""New tables: all three answers well formed for every pack and for what no pack knows."""

import re
from typing import Any

import pytest

from services.demo_llm.knowledge.wording import fold
from tests.unit.demo_llm.asking import (
    COLUMN,
    KNOWLEDGE,
    ROW,
    SCHEMAS,
    TABLE,
    ask,
    finish_columns,
    make_table,
)

TITLES = [pack.title for pack in KNOWLEDGE.shelf.packs] + ["Gemstones", "Dwarf planets", "日本", ""]
SIZES = [(0, 0), (1, 1), (2, 3), (5, 5), (10, 50)]
CANONICAL = {
    "text": r"[^\n]{1,500}",
    "integer": r"-?\d+",
    "decimal": r"-?\d+(\.\d+)?",
    "datetime": r"\d{4}-\d{2}-\d{2}",
    "boolean": r"true|false",
    "imageurl": "",
}


def run_stages(title: str, columns: int, rows: int) -> tuple[dict[str, Any], ...]:
    table = make_table(title, columns=columns, new_rows=rows)
    first = ask(TABLE, table)
    second = ask(COLUMN, table | {"table": first})
    return first, second, ask(ROW, finish_columns(table | {"table": first}, second))


def is_canonical(column: dict[str, Any], cell: str) -> bool:
    if column["dataType"] == "enum":
        return cell in column["enumValues"]
    return re.fullmatch(CANONICAL[column["dataType"]], cell) is not None


@pytest.mark.parametrize(("columns", "rows"), SIZES)
@pytest.mark.parametrize("title", TITLES)
def test_counts_names_types_and_primaries_are_right(title: str, columns: int, rows: int) -> None:
    _, second, third = run_stages(title, columns, rows)
    added = second["columns"]
    cells = [row["cells"] for row in third["rows"]]
    assert (len(added), len(cells), second["fill"]) == (columns, rows, [])
    assert len({fold(column["name"]) for column in added}) == columns
    assert {len(row) for row in cells} <= {columns}
    assert len({fold(row[0]) for row in cells if row}) == (rows if columns else 0)
    wrong = [
        (column["name"], cell)
        for row in cells
        for column, cell in zip(added, row, strict=True)
        if not is_canonical(column, cell)
    ]
    assert wrong == []


@pytest.mark.parametrize("title", TITLES)
def test_the_first_two_columns_are_those_of_the_table_stage(title: str) -> None:
    first, second, _ = run_stages(title, 5, 1)
    leads = [{k: v for k, v in c.items() if k != "why"} for c in second["columns"][:2]]
    assert leads == [first["primary"], first["secondary"]]


@pytest.mark.parametrize("title", TITLES)
def test_choices_are_two_to_twelve_and_only_for_enums(title: str) -> None:
    _, second, _ = run_stages(title, 10, 1)
    for column in second["columns"]:
        choices = column["enumValues"]
        assert (choices is not None) == (column["dataType"] == "enum")
        assert choices is None or 2 <= len(set(choices)) == len(choices) <= 12


def test_keys_stand_in_the_order_of_the_schema() -> None:
    first, second, _ = run_stages("Planets", 3, 1)
    column = SCHEMAS[COLUMN]["properties"]["columns"]["items"]["properties"]
    assert list(first) == list(SCHEMAS[TABLE]["properties"])
    assert list(second["columns"][0]) == list(column)


def test_a_new_table_has_a_sample_row_and_no_readings() -> None:
    first, _, _ = run_stages("Planets and Moons of Our Solar System", 2, 1)
    assert first["title"] == "Planets and Moons of Our Solar System"
    assert (first["sampleRow"], first["columnReadings"]) == (["Mercury", "Planet"], [])


def test_the_same_call_has_the_same_answer_and_another_seed_may_differ() -> None:
    table = make_table("Gemstones", columns=5, new_rows=9)
    columns = ask(COLUMN, table)
    asked = finish_columns(table, columns)
    assert ask(ROW, asked) == ask(ROW, asked)
    assert ask(ROW, asked, seed=1) != ask(ROW, asked, seed=2)
