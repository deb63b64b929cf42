"""How the cells of a column are written."""

import pytest

from services.check.text.script import is_foreign
from services.check.text.style import find_common_script, find_common_shape, find_unlike, shape

CODES = ("AB-12", "XY-3", "QQ-77")


@pytest.mark.parametrize(
    ("cells", "existing", "places"),
    [
        (["CD-9", "cd-9", "7"], CODES, (2, 3)),
        (["", "CD-1"], CODES, ()),
        (["anything"], ("Mars", "Io", "X-1"), ()),
        (["anything"], ("Mars", "Venus", "Earth"), ()),
        (["x"], CODES[:2], ()),
    ],
)
def test_codes_are_written_like_their_neighbours(
    cells: list[str], existing: tuple[str, ...], places: tuple[int, ...]
) -> None:
    assert find_unlike(cells, find_common_shape(existing)) == places


def test_the_shape_of_a_code_is_its_pattern() -> None:
    assert shape("AB-12") == shape("XY-7") == "A-9"


@pytest.mark.parametrize(
    ("cell", "existing", "is_doubtful"),
    [
        ("Mars", ("火星です", "地球です", "金星です"), True),
        ("木星です", ("火星です", "地球です", "金星です"), False),
        ("Mars", ("火星です", "Earth", "金星です"), False),
        ("Mars", ("火星です",), False),
        ("", ("火星です", "地球です", "金星です"), False),
    ],
)
def test_a_value_is_in_the_script_of_its_column(
    cell: str, existing: tuple[str, ...], is_doubtful: bool
) -> None:
    assert is_foreign(cell, find_common_script(existing)) is is_doubtful
