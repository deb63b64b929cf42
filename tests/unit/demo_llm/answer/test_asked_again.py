"""Asking again for a part: what is there is not repeated, and values come for old columns too."""

import re
from typing import Any

import pytest

from services.demo_llm.knowledge.wording import fold
from tests.unit.demo_llm.asking import (
    COLUMN,
    ROW,
    ask,
    describe_column,
    finish_columns,
    make_table,
)

PEOPLE = tuple((f"Person {n}", f"{n}") for n in range(1, 61))
KEYS = [f"r{n}" for n in range(1, 61)]


def want(**fields: Any) -> dict[str, Any]:
    return {"want": {"columns": 0, "rows": 0, "fill": []} | fields}


def test_values_for_old_columns_come_in_the_order_asked_and_for_the_rows_asked() -> None:
    columns = [
        describe_column("c1", "Body", "text"),
        describe_column("n1", "Discovery Year", "integer"),
        describe_column("n2", "Has Atmosphere", "boolean"),
    ]
    rows = [["r1", "Pluto", "", ""], ["r2", "Eris", "", ""], ["r3", "Sedna", "2003", "false"]]
    table = make_table("Dwarf planets") | {"mode": "extend", "columns": columns, "rows": rows}
    answer = ask(COLUMN, table | want(fill=["r2", "r1"], into=["n2", "n1"]))
    assert answer["columns"] == []
    assert answer["fill"] == [
        {"row": "r2", "cells": ["false", "2005"]},
        {"row": "r1", "cells": ["true", "1930"]},
    ]


@pytest.mark.parametrize("into", [["n1"], ["Score"], [{"key": "n1", "name": "Score"}]])
def test_a_column_to_fill_may_be_named_by_key_name_or_as_it_is_listed(into: list[Any]) -> None:
    table = make_table("Gemstones", ("Name",), (("Ruby",), ("Opal",)))
    table["columns"].append(describe_column("n1", "Score", "integer"))
    cells = [
        item["cells"] for item in ask(COLUMN, table | want(fill=["r1", "r2"], into=into))["fill"]
    ]
    assert [len(cell) for cell in cells] == [1, 1]
    assert all(re.fullmatch(r"-?\d+", cell[0]) for cell in cells)


def test_sixty_rows_of_an_unknown_table_get_values_of_the_right_type() -> None:
    table = make_table("Club members", ("Member", "No"), PEOPLE, columns=4)
    answer = ask(COLUMN, table)
    assert [item["row"] for item in answer["fill"]] == KEYS
    assert {len(item["cells"]) for item in answer["fill"]} == {4}
    for place, column in enumerate(answer["columns"]):
        values = {item["cells"][place] for item in answer["fill"]}
        assert len(values) > 1, column["name"]


def test_columns_that_are_missing_repeat_none_that_were_kept() -> None:
    table = make_table("Planets", columns=5)
    kept = ask(COLUMN, table)
    again = ask(COLUMN, finish_columns(table, kept) | want(columns=3))
    names = [fold(c["name"]) for c in (*kept["columns"], *again["columns"])]
    assert (len(names), len(set(names)), again["fill"]) == (8, 8, [])


@pytest.mark.parametrize("title", ["Planets", "Gemstones", "Employee directory"])
def test_rows_that_are_missing_repeat_none_that_were_kept(title: str) -> None:
    table = make_table(title, columns=4, new_rows=6)
    table = finish_columns(table, ask(COLUMN, table))
    kept = [row["cells"] for row in ask(ROW, table)["rows"]]
    rows = [[f"p{n}", *cells] for n, cells in enumerate(kept)]
    again = ask(ROW, table | {"rows": rows, "totalRows": 6, "findings": ["C08"]} | want(rows=44))
    names = [fold(cells[0]) for cells in (*kept, *(row["cells"] for row in again["rows"]))]
    assert len(names) == len(set(names)) == 50


def test_an_existing_table_without_rows_gets_columns_and_no_values() -> None:
    table = make_table("Gemstones", ("Name",), columns=3)
    answer = ask(COLUMN, table)
    assert (len(answer["columns"]), answer["fill"]) == (3, [])


def test_what_rows_that_are_not_shown_are_about_is_not_proposed() -> None:
    table = make_table("Planets", ("Planet",), (("Mercury",), ("Venus",)), new_rows=2)
    names = [row["cells"][0] for row in ask(ROW, table | {"present": ["Earth", "MARS "]})["rows"]]
    assert names == ["Jupiter", "Saturn"]
