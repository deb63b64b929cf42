"""Tables that are there already: facts where a pack knows the row, types and spelling as found."""

import re

import pytest

from services.demo_llm.knowledge.wording import fold
from tests.unit.demo_llm.asking import (
    COLUMN,
    KNOWLEDGE,
    ROW,
    TABLE,
    ask,
    describe_column,
    finish_columns,
    make_table,
)

DWARF_HEADERS = (
    "Common Name",
    "Recognized by IAU",
    "Surface Temperature (°C)",
    "Number of Moons (estimated)",
    "New Column 2",
)
DWARF_ROWS = (
    ("Pluto", "Yes", "-229 (average)", "5", ""),
    ("Ceres", "Yes", "-105", "0", ""),
    ("Sedna", "no", "-240 (estimated)", "unknown", ""),
)
DWARF = make_table("Dwarf planets", DWARF_HEADERS, DWARF_ROWS, columns=2, new_rows=3)


def test_the_table_stage_names_the_identifying_column_and_reads_all_columns() -> None:
    answer = ask(TABLE, DWARF)
    types = [reading["inferredType"] for reading in answer["columnReadings"]]
    assert answer["primary"]["name"] == "Common Name"
    assert types == ["text", "boolean", "integer", "integer", "text"]


def test_new_columns_are_filled_with_facts_for_every_row_asked() -> None:
    answer = ask(COLUMN, DWARF)
    names = [column["name"] for column in answer["columns"]]
    place = names.index("Mean Radius (km)")
    filled = {item["row"]: item["cells"][place] for item in answer["fill"]}
    assert filled == {"r1": "1188.3", "r2": "469.7", "r3": "500"}
    assert {len(item["cells"]) for item in answer["fill"]} == {2}


def test_only_rows_asked_for_are_filled_and_unknown_keys_too() -> None:
    table = DWARF | {"want": {"columns": 1, "rows": 0, "fill": ["r3", "r77"]}}
    assert [item["row"] for item in ask(COLUMN, table)["fill"]] == ["r3", "r77"]


def test_new_names_repeat_no_existing_one_whatever_its_case_and_spaces() -> None:
    headers = ("Title", " AUTHOR", "genre ", "Original  Language", "Published")
    table = make_table("Books", headers, (("Dune", "", "", "", ""),), columns=10)
    names = [fold(column["name"]) for column in ask(COLUMN, table)["columns"]]
    assert len(set(names)) == 10
    assert not set(names) & {fold(header) for header in headers}


def test_new_rows_are_not_there_already_and_spell_booleans_as_the_column_does() -> None:
    rows = [row["cells"] for row in ask(ROW, DWARF)["rows"]]
    assert [row[0] for row in rows] == ["Haumea", "Makemake", "Eris"]
    assert [row[1] for row in rows] == ["Yes", "Yes", "Yes"]
    assert all(re.fullmatch(r"-\d+", row[2]) and re.fullmatch(r"\d+", row[3]) for row in rows)


@pytest.mark.parametrize("pack", KNOWLEDGE.shelf.packs, ids=lambda pack: pack.id)
def test_rows_go_on_without_repeats_when_the_pack_is_used_up(pack: object) -> None:
    known = next(p for p in KNOWLEDGE.shelf.packs if p is pack)
    rows = tuple((row[0],) for row in known.rows)
    table = make_table(known.title, (known.columns[0].name,), rows, new_rows=10)
    new = [fold(row["cells"][0]) for row in ask(ROW, table)["rows"]]
    assert len(set(new)) == 10
    assert not set(new) & {fold(row[0]) for row in rows}


def test_declared_types_and_choices_bind_the_cells() -> None:
    columns = [
        describe_column("c1", "Name", "text"),
        describe_column("c2", "Team", "enum", ["Design", "Engineering"]),
        describe_column("c3", "Photo", "imageurl"),
        describe_column("c4", "Remote", "boolean"),
    ]
    table = make_table("Employee directory", new_rows=8) | {"mode": "extend", "columns": columns}
    for row in ask(ROW, table)["rows"]:
        assert row["cells"][1] in ("Design", "Engineering")
        assert row["cells"][2] == ""
        assert row["cells"][3] in ("true", "false")


def test_numbers_of_an_unknown_table_stay_in_the_range_seen() -> None:
    rows = (("A", "12.50"), ("B", "19.00"))
    table = make_table("Gemstones", ("Name", "Balance"), rows, columns=0, new_rows=5)
    cells = [row["cells"] for row in ask(ROW, table)["rows"]]
    assert [row[0] for row in cells] == [f"Gemstone {n}" for n in range(3, 8)]
    assert all(12.5 <= float(row[1]) <= 19 for row in cells)


def test_an_integer_key_is_counted_on() -> None:
    table = make_table("", ("No",), (("7",), ("9",)), new_rows=2)
    assert [row["cells"] for row in ask(ROW, table)["rows"]] == [["10"], ["11"]]


def test_a_table_of_choices_only_still_gets_its_rows() -> None:
    columns = [describe_column("c1", "Done", "boolean")]
    table = make_table("", new_rows=3) | {"mode": "extend", "columns": columns}
    assert len(ask(ROW, table)["rows"]) == 3


def test_an_address_is_made_from_the_name_in_the_row() -> None:
    table = make_table("Employee directory", ("Name",), (("Ada Lovelace",),), columns=8)
    answer = ask(COLUMN, table)
    place = [column["name"] for column in answer["columns"]].index("Email")
    assert answer["fill"][0]["cells"][place] == "ada.lovelace@example.com"


def test_filled_columns_agree_with_the_rows_that_follow() -> None:
    answer = ask(COLUMN, DWARF)
    rows = ask(ROW, finish_columns(DWARF, answer))["rows"]
    assert {len(row["cells"]) for row in rows} == {len(DWARF_HEADERS) + 2}


@pytest.mark.parametrize(
    ("cells", "next_cell"),
    [
        (("V-101", "V-102"), "V-103"),
        (("Room 007", "Room 009"), "Room 010"),
        (("V-101", "W-102"), "Gemstone 3"),
        (("V-101", "Opal"), "Gemstone 3"),
    ],
)
def test_names_that_are_numbered_are_counted_on(cells: tuple[str, ...], next_cell: str) -> None:
    table = make_table("Gemstones", ("Name",), tuple((cell,) for cell in cells), new_rows=1)
    assert ask(ROW, table)["rows"][0]["cells"] == [next_cell]


@pytest.mark.parametrize("shown", [(1, 2, 3), (1, 700, 1400), (1999, 2, 1), (1,)])
@pytest.mark.parametrize(
    ("prefix", "data_type"), [("", "integer"), ("", "text"), ("", None), ("V-", "text")]
)
def test_what_rows_that_are_not_shown_are_numbered_is_not_proposed(
    prefix: str, data_type: str | None, shown: tuple[int, ...]
) -> None:
    """A prompt shows some of 2,000 rows."""
    rows = tuple((f"{prefix}{number}", "yes") for number in shown)
    table = make_table("Seats", ("Name", "Taken"), rows, new_rows=3) | {"totalRows": 2000}
    table["columns"][0]["dataType"] = data_type
    names = [row["cells"][0] for row in ask(ROW, table)["rows"]]
    assert names == [f"{prefix}{number}" for number in (2001, 2002, 2003)]


def test_a_boolean_is_spelt_as_its_cells_are_even_where_its_type_is_told() -> None:
    columns = [describe_column("c1", "Name"), describe_column("c2", "Cut", "boolean")]
    rows = [["r1", "Ruby", "Yes"], ["r2", "Opal", "No"]]
    table = make_table("Gemstones", new_rows=4)
    table |= {"mode": "extend", "columns": columns, "rows": rows}
    assert {row["cells"][1] for row in ask(ROW, table)["rows"]} == {"Yes", "No"}


def test_a_number_that_no_pack_knows_of_a_true_thing_is_left_empty() -> None:
    headers = ("Planet", "Moons", "Craters", "Price")
    rows = (("Mars", "2", "43000", "5"), ("Venus", "0", "900", "7"))
    cells = [row["cells"] for row in ask(ROW, make_table("Planets", headers, rows))["rows"]]
    assert cells[0][:3] == ["Mercury", "0", ""]
    assert all(row[3] for row in cells)


@pytest.mark.parametrize(
    ("header", "cell"), [("Population (millions)", "9"), ("Population", "9100000")]
)
def test_millions_are_told_in_full_where_the_header_names_none(header: str, cell: str) -> None:
    rows = (("France", "68"), ("Italy", "59")) if "(" in header else (("France", "68000000"),)
    table = make_table("Countries of Europe", ("Country", header), rows, new_rows=1)
    assert ask(ROW, table)["rows"][0]["cells"] == ["Austria", cell]
