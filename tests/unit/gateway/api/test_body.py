"""What is wrong with a body is named by a JSON Pointer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.job.request import MAX_JSON_DEPTH, MAX_REQUEST_BYTES, SuggestionRequest
from schemas.table.context import MAX_ROWS
from services.gateway.api.body import is_too_deep
from services.gateway.api.field_error import list_field_errors

COLUMN = {"name": "Planet"}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"context": {"title": "x"}}, ["/tableId"]),
        ({"tableId": "t", "context": {"columns": [{}]}}, ["/context/columns/0/name"]),
        ({"tableId": "t", "context": {"title": "x"}, "a/b": 1}, ["/a~1b"]),
        ({"tableId": "t", "context": {"title": "x"}, "stages": ["table", "row"]}, ["/stages"]),
        ({"tableId": "t", "context": ""}, ["/context"]),
        (
            {"tableId": "t", "context": {"columns": [COLUMN], "rows": [{"cells": ["a", "b"]}]}},
            ["/context/rows/0/cells"],
        ),
        (
            {"tableId": "t", "context": {"columns": [COLUMN], "rows": [{"cells": {"X": "b"}}]}},
            ["/context/rows/0/cells"],
        ),
        (
            {"tableId": "t", "context": {"columns": [COLUMN], "rows": [{"cells": [1]}]}},
            ["/context/rows/0/cells/0"],
        ),
        ({"tableId": "t", "context": {"title": "x"}, "want": {"rows": 51}}, ["/want/rows"]),
        ([], [""]),
    ],
)
def test_pointers(body: object, pointers: list[str]) -> None:
    text = json.dumps(body).encode()
    with pytest.raises(ValidationError) as caught:
        SuggestionRequest.model_validate_json(text)
    assert [error.pointer for error in list_field_errors(caught.value, text)] == pointers


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"context": {"columns": [COLUMN], "rows": [{"cells": [""]}] * (MAX_ROWS + 1)}},
            f"must have at most {MAX_ROWS} items, not {MAX_ROWS + 1}",
        ),
        ({"context": {"title": "x"}, "stages": []}, "must have 1 or more items, not 0"),
    ],
)
def test_a_list_is_told_in_the_words_of_json(body: dict[str, object], message: str) -> None:
    text = json.dumps({"tableId": "t", **body}).encode()
    with pytest.raises(ValidationError) as caught:
        SuggestionRequest.model_validate_json(text)
    assert message in {error.message for error in list_field_errors(caught.value, text)}


def test_user_text_is_cut() -> None:
    context = {"columns": [COLUMN], "rows": [{"cells": {"secret " * 100: "b"}}]}
    text = json.dumps({"tableId": "t", "context": context}).encode()
    with pytest.raises(ValidationError) as caught:
        SuggestionRequest.model_validate_json(text)
    assert len(list_field_errors(caught.value, text)[0].message) <= 203


def nested(depth: int) -> bytes:
    return b'{"a":[' * (depth // 2) + b"[]" * (depth % 2) + b"]}" * (depth // 2)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (nested(20), False),
        (nested(21), True),
        (b'"' + b"[" * 50 + b'"', False),
        (b'{"a":"\\"[[[[[[[[[[[[[[[[[[[[[[[[["}', False),
        (b"[" * 1000, True),
        (b"]" * 1000, False),
        (b"[]" * 1000, False),
    ],
)
def test_depth(body: bytes, expected: bool) -> None:
    assert is_too_deep(body) is expected


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (b'"', False),
        (b'\\"', False),
        (b"[]", False),
        (b"[", True),
        (b'"\\', False),
        (b'["a",', True),
    ],
)
def test_depth_of_a_body_as_large_as_may_be(unit: bytes, expected: bool) -> None:
    assert is_too_deep(unit * (MAX_REQUEST_BYTES // len(unit))) is expected


def measure_depth(body: bytes) -> int:
    """How deep brackets outside of texts go, sign by sign."""
    depth = deepest = 0
    in_text = is_escaped = False
    for sign in body.decode("latin-1"):
        if is_escaped:
            is_escaped = False
        elif in_text:
            is_escaped, in_text = sign == "\\", sign != '"'
        elif sign == '"':
            in_text = True
        else:
            depth += (sign in "[{") - (sign in "]}")
            deepest = max(deepest, depth)
    return deepest


JSON = st.recursive(
    st.none() | st.booleans() | st.text(alphabet='[]{}"\\nu0a', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\'), inner),
    max_leaves=12,
)


@given(JSON, st.integers(0, 2 * MAX_JSON_DEPTH))
def test_brackets_in_texts_are_no_depth(value: object, around: int) -> None:
    body = b"[" * around + json.dumps(value).encode() + b"]" * around
    assert is_too_deep(body) == (measure_depth(body) > MAX_JSON_DEPTH)
