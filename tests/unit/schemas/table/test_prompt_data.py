"""How a table is put into a prompt."""

import json

from hypothesis import given
from hypothesis import strategies as st

from schemas.table.prompt_data import (
    PromptColumn,
    PromptData,
    PromptWant,
    cut_cells,
    estimate_tokens,
    fit_head,
    fit_sample,
    sample,
)


@given(st.integers(0, 300), st.integers(2, 60))
def test_a_sample_keeps_order_and_begins_with_the_head(count: int, limit: int) -> None:
    rows = tuple(range(count))
    taken = sample(rows, limit)
    assert len(taken) == min(count, limit)
    assert list(taken) == sorted(set(taken))
    assert taken[: limit // 2] == rows[: limit // 2]


ROWS = st.lists(st.tuples(st.text(max_size=4), st.text(max_size=200)), max_size=80)


@given(ROWS, st.integers(1, 60), st.integers(1, 2000))
def test_shown_rows_fit_but_one_is_always_shown(
    rows: list[tuple[str, str]], limit: int, tokens: int
) -> None:
    for taken in (fit_sample(rows, limit, tokens), fit_head(rows, limit, tokens)):
        assert len(taken) <= limit
        assert bool(taken) == bool(rows)
        cost = sum(estimate_tokens(cell) + 1 for row in taken for cell in row)
        assert cost <= tokens or len(taken) == 1


def test_a_token_is_a_third_of_its_bytes_rounded_up() -> None:
    assert [estimate_tokens(text) for text in ("", "a", "abc", "abcd", "質")] == [0, 1, 1, 2, 1]


def test_long_cells_are_cut_for_the_prompt() -> None:
    assert cut_cells(("r1", "x" * 600)) == ("r1", "x" * 499 + "…")


def test_the_block_is_one_line_without_what_says_nothing() -> None:
    column = PromptColumn(key="c1", name="a\nb```")
    want = PromptWant(columns=1, rows=0, fill=())
    data = PromptData(
        mode="new", title="T", description="", columns=(column,), rows=(), total_rows=0, want=want
    )
    assert data.to_block() == (
        '{"mode":"new","title":"T","description":"","columns":[{"key":"c1","name":"a\\nb```"}],'
        '"rows":[],"totalRows":0,"want":{"columns":1,"rows":0,"fill":[]}}'
    )


def test_rows_are_shown_as_they_are_proposed_but_where_values_are_asked_for_by_their_keys() -> None:
    def show(fill: tuple[str, ...]) -> object:
        want = PromptWant(columns=1, rows=0, fill=fill)
        rows = (("r1", "Mars", "2"),)
        data = PromptData(
            mode="extend", title="T", description="", columns=(), rows=rows, total_rows=1, want=want
        )
        return json.loads(data.to_block())["rows"]

    assert show(()) == [{"cells": ["Mars", "2"]}]
    assert show(("r1",)) == [{"row": "r1", "has": ["Mars", "2"]}]
