"""Numbers in sentences."""

import pytest

from services.cli.terminal.number import counted, times


@pytest.mark.parametrize(
    ("count", "told", "often"),
    [(0, "0 rows", "never"), (1, "1 row", "once"), (2_000, "2,000 rows", "2,000 times")],
)
def test_one_of_a_thing_is_told_as_one(count: int, told: str, often: str) -> None:
    assert (counted(count, "row"), times(count)) == (told, often)
