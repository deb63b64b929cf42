"""What may be asked for."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.job.request import SuggestionRequest
from schemas.stage import StageName
from tests.factory import NEW_TABLE, OLD_TABLE, make_request

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_request(path: Path) -> None:
    assert SuggestionRequest.model_validate_json(path.read_bytes()).table_id.startswith("tbl_")


@pytest.mark.parametrize(
    ("context", "want", "expected"),
    [
        (NEW_TABLE, {}, (5, 5, True)),
        (OLD_TABLE, {}, (1, 1, True)),
        (OLD_TABLE, {"rows": 0, "fillExisting": False}, (1, 0, False)),
        (NEW_TABLE, {"columns": 10, "rows": 50}, (10, 50, True)),
    ],
)
def test_want_has_the_defaults_of_the_mode(
    context: dict[str, Any], want: dict[str, Any], expected: tuple[int, int, bool]
) -> None:
    resolved = make_request(context=context, want=want).resolve_want()
    assert (resolved.columns, resolved.rows, resolved.fill_existing) == expected


def test_a_text_context_becomes_title_and_description() -> None:
    context = make_request(context="Books\nOn our shelves").context
    assert (context.title, context.description) == ("Books", "On our shelves")


def test_all_stages_are_asked_for_by_default() -> None:
    assert make_request().stages == (StageName.TABLE, StageName.COLUMN, StageName.ROW)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"stages": ["table", "row"]}, "without a gap"),
        ({"stages": ["column", "table"]}, "without a gap"),
        ({"stages": ["row", "row"]}, "without a gap"),
        ({"stages": []}, "at least 1 item"),
        ({"stages": ["row"]}, "rows alone need columns"),
        ({"context": "Cheese", "want": {"columns": 0, "rows": 3}}, "rows need columns"),
        ({"context": "Cheese", "want": {"columns": 0}}, "rows need columns"),
        ({"want": {"columns": 11}}, "less than or equal to 10"),
        ({"want": {"rows": -1}}, "greater than or equal to 0"),
        ({"tableId": "a/b"}, "match pattern"),
        ({"priority": 3}, "Extra inputs"),
    ],
)
def test_what_nothing_would_honour_is_refused(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        make_request(**fields)


def test_the_table_id_is_required() -> None:
    with pytest.raises(ValidationError, match="tableId"):
        SuggestionRequest.model_validate_json(json.dumps({"context": NEW_TABLE}))
