"""The values of a column, looked at together."""

import pytest

from schemas.table.context import DataType
from services.check.table.column import CheckedColumn
from services.check.table.column_value import doubt_values, fill

TEXT = CheckedColumn("s1", "Kind")


def rows(*cells: str) -> dict[str, str]:
    return {f"r{n}": cell for n, cell in enumerate(cells, 1)}


WORTH: list[tuple[dict[str, str], list[dict[str, str]], list[str]]] = [
    (rows("a", "b", "c", "d", "e"), [], []),
    (rows("a", "a", "A ", "a", "a"), [], ["C16"]),
    (rows("a", "a", "a", "a"), [], []),
    (rows("a", "b", "c"), [rows("A", "b ", "c")], ["C16"]),
    (rows("a", "b", "c"), [rows("a", "b", "x")], []),
    (rows("N/A", "b", "c"), [], ["C13"]),
    (rows("N/A", "b", "c", "d"), [], []),
]


@pytest.mark.parametrize(("cells", "others", "ids"), WORTH)
def test_a_column_is_no_copy_not_constant_and_not_unknown(
    cells: dict[str, str], others: list[dict[str, str]], ids: list[str]
) -> None:
    values = fill(TEXT, cells, "s1").values
    assert [item.id for item in doubt_values(TEXT, cells, values, others, "s1")] == ids


def test_repairs_of_a_column_are_said_once_with_their_number() -> None:
    filled = fill(CheckedColumn("s1", "N", DataType.INTEGER), rows("1,000", "2,000", "x"), "s1")
    assert filled.values == {"r1": "1000", "r2": "2000", "r3": None}
    assert [(item.id, item.action, item.count) for item in filled.found] == [("C10", "repaired", 2)]
