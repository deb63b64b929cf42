"""A request as it is written."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from brainshare_client import NoId
from brainshare_client.exchange.call import path_of, write_json, write_query

AT = datetime(2026, 11, 27, tzinfo=UTC)
ID = UUID(int=1)


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("jobs",), "/v1/jobs"),
        (("jobs", ID, "result.csv"), f"/v1/jobs/{ID}/result.csv"),
        (("jobs", "../keys?a=1#b", "cancel"), "/v1/jobs/..%2Fkeys%3Fa%3D1%23b/cancel"),
        (("jobs", "ü %"), "/v1/jobs/%C3%BC%20%25"),
        (("jobs", "..", "cancel"), "/v1/jobs/%2E%2E/cancel"),
        (("jobs", "half \ud83d"), "/v1/jobs/half%20%3F"),
    ],
)
def test_what_an_id_holds_leads_nowhere_else(parts: tuple[Any, ...], path: str) -> None:
    assert path_of(*parts) == path


def test_an_empty_id_is_told_before_it_leads_elsewhere() -> None:
    with pytest.raises(NoId, match="an id is empty"):
        path_of("jobs", "", "cancel")


def test_a_query_has_the_names_of_the_api_and_nothing_that_is_none() -> None:
    asked = {
        "since": AT,
        "until": None,
        "table_id": "t",
        "has_dead_letters": False,
        "tag": ["a", "b"],
        "limit": 5,
        "title": "half \ud83d",
    }
    assert write_query(asked) == {
        "from": "2026-11-27T00:00:00+00:00",
        "tableId": "t",
        "hasDeadLetters": "false",
        "tag": "a,b",
        "limit": "5",
        "title": "half ?",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": ("x", None)}, '{"a":["x",null]}'),
        ({"a": AT, "b": ID}, f'{{"a":"2026-11-27T00:00:00+00:00","b":"{ID}"}}'),
        ({"a": "東京"}, '{"a":"東京"}'),
        ({"a": "half \ud83d"}, '{"a":"half \\ud83d"}'),
        ({"a": {1: 2}.keys() and {"b"}}, '{"a":["b"]}'),
    ],
)
def test_json_is_short_and_whole(value: object, text: str) -> None:
    assert write_json(value) == text.encode()
    json.loads(write_json(value))


def test_what_json_has_not_is_named() -> None:
    with pytest.raises(TypeError, match="a object cannot be sent"):
        write_json({"a": object()})
