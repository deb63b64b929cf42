"""How much is asked for at once follows what the answers show, down and up again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stage_runtime.suggestion.call_sizing import CallSizing
from services.stage_runtime.suggestion.draft import CallSize

WHOLE = CallSize()

STORIES = [
    # A story: + most came, ~ a little came, - nothing came. Then the rows asked for in each call.
    ("+++", [60, 60, 60]),
    ("-++", [60, 5, 5]),
    ("+-+", [60, 60, 60]),
    ("+--+", [60, 60, 60, 5]),
    ("-++++++++", [60, 5, 5, 10, 10, 20, 20, 40, 40]),
    ("-+++++++++", [60, 5, 5, 10, 10, 20, 20, 40, 40, 60]),
    ("-++-++++", [60, 5, 5, 10, 5, 5, 5, 5]),
    ("-+-+++", [60, 5, 5, 5, 5, 10]),
    ("-~~~~", [60, 5, 5, 5, 5]),
    ("----", [60, 5, 5, 5]),
]


def tell(sizing: CallSizing, sign: str) -> CallSizing:
    return sizing.after_nothing() if sign == "-" else sizing.after_use(is_most=sign == "+")


@pytest.mark.parametrize(("story", "asked"), STORIES)
def test_a_piece_shrinks_after_nothing_and_grows_after_two_good_ones(
    story: str, asked: list[int]
) -> None:
    sizing, seen = CallSizing(), []
    for sign in story:
        seen.append(sizing.size.items)
        sizing = tell(sizing, sign)
    assert seen == asked


@given(st.text("+~-", max_size=40), st.integers(1, 60), st.integers(1, 10))
def test_a_piece_is_never_empty_and_never_above_the_whole(
    story: str, items: int, columns: int
) -> None:
    sizing = CallSizing(CallSize(items=items, columns=columns))
    for sign in story:
        sizing = tell(sizing, sign)
        assert 1 <= sizing.size.items <= items
        assert 1 <= sizing.size.columns <= columns


@given(st.text("+~-", max_size=40))
def test_a_model_that_has_found_its_feet_is_asked_for_all_again(story: str) -> None:
    sizing = CallSizing()
    for sign in story.replace("--", "-"):
        sizing = tell(sizing, sign)
    fresh = CallSizing(piece=sizing.piece)
    for _ in range(20):
        fresh = tell(fresh, "+")
    assert fresh.size == WHOLE
