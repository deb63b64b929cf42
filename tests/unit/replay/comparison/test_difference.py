"""Where two suggestions differ."""

from typing import Any

import pytest
from pydantic_core import to_json

from services.replay.comparison.difference import find_differences


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": "1"}, {"a": 1}, [("a", "1", 1)]),
        ({"a": None}, {}, []),
        ({"a": ["x", "y"]}, {"a": ["x"]}, [("a/1", "y", None)]),
        ({"a": []}, {"a": ["x", "y"]}, [("a/0", None, "x"), ("a/1", None, "y")]),
        ({}, {"a": [{"b": 1}]}, [("a/0/b", None, 1)]),
        (None, {"a": 1}, [("a", None, 1)]),
        ({"a": {"b": 1}}, {"a": "x"}, [("a", {"b": 1}, "x")]),
    ],
)
def test_each_cell_that_differs_is_named_by_its_path(
    before: Any, after: Any, found: list[tuple[str, Any, Any]]
) -> None:
    differences = find_differences(to_json(before), to_json(after))
    assert [(d.path, d.before, d.after) for d in differences] == found
