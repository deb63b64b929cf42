"""What a proposed row comes to."""

from typing import Any

import pytest

from services.check.proposal.proposed_row import flag_style, list_taken, read_row
from services.check.table.table import CheckedTable, read_table
from services.check.text.folding import identify
from tests.factory import OLD_TABLE, make_record, make_table_suggestion


def table(**fields: Any) -> CheckedTable:
    return read_table(make_record(context=OLD_TABLE | fields))


ROWS: list[tuple[tuple[str, ...], tuple[str, ...] | None, list[str], list[str]]] = [
    (("Venus", "0"), ("Venus", "0"), [], []),
    (("Venus",), None, ["C06"], []),
    (("Venus", "0", "x"), None, ["C06"], []),
    (("", "0"), None, ["C08"], []),
    (("N/A", "0"), ("N/A", "0"), [], ["C13"]),
    (("mars ", "7"), None, ["C08"], []),
    (("Venus", "none at all"), ("Venus", ""), [], ["C10"]),
    (("Jupiter", "95 (known)"), ("Jupiter", "95"), [], []),
]


@pytest.mark.parametrize(("cells", "kept", "dropped", "doubts"), ROWS)
def test_a_row_is_whole_new_and_valid(
    cells: tuple[str, ...], kept: tuple[str, ...] | None, dropped: list[str], doubts: list[str]
) -> None:
    row, found = read_row(cells, table(), list_taken(table()), "proposed row 1")
    assert (row.cells if row else None) == kept
    assert [item.id for item in found] == dropped
    assert [item.id for item in (row.doubts if row else ())] == doubts


def test_where_the_first_column_repeats_a_row_may_repeat_it() -> None:
    twice = table(rows=[{"cells": ["Mars", "2"]}, {"cells": ["Mars", "1"]}])
    assert read_row(("Mars", "3"), twice, list_taken(twice), "")[0] is not None
    assert [item.id for item in read_row(("mars", "2"), twice, list_taken(twice), "")[1]] == ["C09"]


def test_a_row_of_another_sign_is_another_row() -> None:
    signs = table(rows=[{"cells": ["m", ""]}, {"cells": ["Co", ""]}])
    for sign in ("M", "CO"):
        row, found = read_row((sign, ""), signs, list_taken(signs), "")
        assert (row.cells if row else None, found) == ((sign, ""), ())


def test_people_may_share_a_surname() -> None:
    columns = [{"name": "Surname"}, {"name": "First name"}]
    staff = table(columns=columns, rows=[{"cells": ["Null", "Jo"]}, {"cells": ["Berg", "Tom"]}])
    assert read_row(("Null", "Kim"), staff, list_taken(staff), "")[0] is not None
    assert [item.id for item in read_row(("Null", "Jo"), staff, list_taken(staff), "")[1]] == [
        "C09"
    ]


def test_a_measure_identifies_no_row() -> None:
    columns = [{"name": "Length"}, {"name": "Species"}]
    irises = table(columns=columns, rows=[{"cells": ["5.1", "setosa"]}, {"cells": ["4.9", "x"]}])
    assert read_row(("5.1", "virginica"), irises, list_taken(irises), "")[0] is not None


def test_a_table_that_nothing_identifies_knows_only_whole_rows() -> None:
    record = make_record(context=OLD_TABLE)
    said = make_table_suggestion(primary=None, secondary=None, sample_row=())
    free = read_table(record.model_copy(update={"results": record.results.model_copy(
        update={"table": said})}))  # fmt: skip
    assert free.primary is None
    assert read_row(("Mars", "3"), free, list_taken(free), "")[0] is not None


def test_a_value_unlike_its_neighbours_is_flagged_once_a_column() -> None:
    codes = [{"cells": [code, ""]} for code in ("AB-1", "CD-2", "EF-3")]
    found = flag_style(table(rows=codes), [("gh4", ""), ("JK-5", ""), ("i", "")])
    rows = ("proposed row 1", "proposed row 3")
    assert [(item.id, item.where, item.rows) for item in found] == [("C14", "c1", rows)]


@pytest.mark.parametrize(
    ("there", "proposed", "is_new"),
    [
        ("m", "M", True),
        ("Co", "CO", True),
        ("m2", "m²", True),
        ("σ", "ς", True),
        ("dQw4w9WgXcQ", "dqw4w9wgxcq", True),
        ("m", " m ", False),
        ("Mars", "MARS", False),
        ("Straße", "strasse", False),
        ("Iron Man 2", "Iron Man 2", False),
    ],
)
def test_a_word_identifies_in_any_case_and_a_sign_as_it_is(
    there: str, proposed: str, is_new: bool
) -> None:
    assert (identify(there) != identify(proposed)) is is_new
