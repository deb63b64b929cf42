"""An error that an answer with a good status holds."""

from typing import Any

import pytest

from services.llm.refusal.hidden_error import find_doubt

DEPTH = 5_000
"""Deeper than calls can nest; a parser of JSON stops far above it."""

ANSWER = {"choices": [{"message": {"content": "{}"}}]}


@pytest.mark.parametrize(("word", "is_error"), [("", False), ("no money", True)])
def test_an_error_of_any_depth_is_read(word: str, is_error: bool) -> None:
    said: Any = word
    for _ in range(DEPTH):
        said = {"error": said}
    body = ANSWER | {"error": said}
    assert (find_doubt(body) is body) is is_error
