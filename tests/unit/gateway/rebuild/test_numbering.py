"""Facts keep the numbers that somebody may know, and none is missing."""

import pytest

from services.gateway.rebuild.numbering import number

CASES = {
    "nothing is known": ("abc", {}, {"a": 1, "b": 2, "c": 3}),
    "all is known, in another order": ("abc", {"a": 3, "b": 1, "c": 2}, {"a": 3, "b": 1, "c": 2}),
    "one is new": ("abc", {"a": 1, "c": 3}, {"a": 1, "b": 2, "c": 3}),
    "a number is beyond": ("abc", {"a": 1, "b": 9, "c": 2}, {"a": 1, "b": 3, "c": 2}),
    "a number is there twice": ("ab", {"a": 1, "b": 1}, {"a": 1, "b": 2}),
    "a number is none": ("ab", {"a": 0, "b": -1}, {"a": 1, "b": 2}),
    "a fact is known that is no more": ("a", {"x": 1}, {"a": 1}),
}


@pytest.mark.parametrize(("facts", "known", "numbers"), CASES.values(), ids=CASES)
def test_known_numbers_stay_and_the_others_fill_what_is_free(
    facts: str, known: dict[str, int], numbers: dict[str, int]
) -> None:
    assert number(list(facts), known) == numbers
