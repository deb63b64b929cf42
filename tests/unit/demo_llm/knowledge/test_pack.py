"""The packs: every cell in canonical form, and the right one found for a title."""

import pytest

from services.demo_llm.answer.canonical import fit
from services.demo_llm.knowledge.column_reading import ColumnReading
from services.demo_llm.knowledge.pack import Pack, link_header
from services.demo_llm.knowledge.pack_match import order_rows
from services.demo_llm.request.prompt_table import PromptTable
from tests.unit.demo_llm.asking import KNOWLEDGE

PACKS = KNOWLEDGE.shelf.packs
BY_ID = {pack.id: pack for pack in PACKS}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_cell_is_canonical_for_the_type_of_its_column(pack: Pack) -> None:
    wrong = [
        (column.name, row[0], row[place])
        for place, column in enumerate(pack.columns)
        for row in pack.rows
        if fit(row[place], ColumnReading(column.name, column.data_type, column.enum_values or ()))
        != row[place]
    ]
    assert wrong == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_pack_has_forty_rows_with_unique_primaries_and_several_types(pack: Pack) -> None:
    assert len(pack.rows) >= 40
    assert len(pack.by_primary) == len(pack.rows)
    assert len({column.data_type for column in pack.columns}) >= 3


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_subset_has_rows(pack: Pack) -> None:
    empty = [s for s in pack.subsets if not any(row[s.column] == s.value for row in pack.rows)]
    assert empty == []


@pytest.mark.parametrize(
    ("title", "pack_id"),
    [
        ("Planets and Moons of Our Solar System", "planets"),
        ("Dwarf planets", "planets"),
        ("Car Parts", "car_parts"),
        ("Cars Models", "car_models"),
        ("Book Inventory", "books"),
        ("Employee directory", "employees"),
        ("Animals", "animals"),
        ("Suppliers", "suppliers"),
        ("Book suppliers", "suppliers"),
        ("Cities by country", "cities"),
        ("European countries", "countries"),
        ("Project tasks", "tasks"),
        ("Movies I like", "films"),
        ("Noble gases", "elements"),
        ("Gemstones", None),
        ("Customer orders", None),
        ("", None),
    ],
)
def test_a_title_finds_its_pack(title: str, pack_id: str | None) -> None:
    found = KNOWLEDGE.shelf.find_pack(PromptTable(title=title))
    assert (found.id if found else None) == pack_id


def test_rows_find_a_pack_where_no_text_does() -> None:
    rows = (("r1", "Oxygen"), ("r2", "Iron"), ("r3", "Unobtainium"))
    found = KNOWLEDGE.shelf.find_pack(PromptTable(mode="extend", rows=rows))
    assert found is BY_ID["elements"]


@pytest.mark.parametrize(
    ("pack_id", "header", "column"),
    [
        ("planets", "Length of a Day (hours)", "Day Length (hours)"),
        ("planets", "Number of Moons (estimated)", "Known Moons"),
        ("planets", "Discovery Year (or First Observation)", "Discovery Year"),
        ("planets", "Recognized by IAU", "IAU Recognized"),
        ("planets", "Surface Temperature (K)", None),
        ("books", "Author Name", "Author"),
        ("employees", "Favourite colour", None),
    ],
)
def test_a_header_is_linked_by_meaning_and_unit(
    pack_id: str, header: str, column: str | None
) -> None:
    pack = BY_ID[pack_id]
    link = link_header(pack, header)
    assert (None if link is None else pack.columns[link].name) == column


def test_a_title_puts_its_subset_first() -> None:
    rows = order_rows(BY_ID["planets"], "Dwarf planets")
    assert {row[1] for row in rows} == {"Dwarf planet"}


def test_planets_are_followed_by_other_bodies() -> None:
    rows = order_rows(BY_ID["planets"], "Planets")
    assert [row[1] for row in rows[:9]] == ["Planet"] * 8 + ["Dwarf planet"]
    assert len(rows) == len(BY_ID["planets"].rows)
