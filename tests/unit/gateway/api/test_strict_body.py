"""What a body says is taken as it is said: no text for a number, no number for a truth."""

import json
from typing import Any

import pytest

from schemas.api.batch import BulkRequest
from schemas.api.dead_letter import RedriveRequest
from schemas.api.key import RotateRequest
from schemas.contract import RequestContract
from schemas.job.request import SuggestionRequest
from services.gateway.api.body import parse_body
from services.gateway.api.problem import ProblemError
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY

TABLE = {"title": "T", "columns": [{"name": "a"}], "rows": [{"cells": ["x"]}]}


def write(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("contract", "body", "pointer"),
    [
        (SuggestionRequest, BODY | {"want": {"columns": "5"}}, "/want/columns"),
        (SuggestionRequest, BODY | {"want": {"rows": True}}, "/want/rows"),
        (SuggestionRequest, BODY | {"want": {"rows": 1.5}}, "/want/rows"),
        (SuggestionRequest, BODY | {"want": {"fillExisting": "yes"}}, "/want/fillExisting"),
        (SuggestionRequest, BODY | {"deadlineS": "60"}, "/deadlineS"),
        (SuggestionRequest, BODY | {"options": {"maxCostUsd": "1"}}, "/options/maxCostUsd"),
        (
            SuggestionRequest,
            BODY | {"context": TABLE | {"totalRowCount": "7"}},
            "/context/totalRowCount",
        ),
        (SuggestionRequest, BODY | {"context": 5}, "/context"),
        (RedriveRequest, {"dryRun": 0}, "/dryRun"),
        (RedriveRequest, {"limit": "10"}, "/limit"),
        (RotateRequest, {"overlapS": False}, "/overlapS"),
        (
            BulkRequest,
            {"action": "retry", "filter": {"hasDeadLetters": 1}},
            "/filter/hasDeadLetters",
        ),
    ],
)
def test_a_lax_type_is_refused_by_its_field(
    contract: type[RequestContract], body: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(ProblemError) as refused:
        parse_body(write(body), contract)
    assert [error.pointer for error in refused.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("contract", "body"),
    [
        (SuggestionRequest, BODY | {"want": {"columns": 5.0}, "options": {"maxCostUsd": 1}}),
        (SuggestionRequest, BODY | {"context": "Planets\nof the Sun"}),
        (SuggestionRequest, BODY | {"context": TABLE, "stages": ["row"]}),
        (SuggestionRequest, BODY | {"context": TABLE | {"baseVersion": 7.0}}),
        (BulkRequest, {"action": "retry", "filter": {"from": "2026-01-02T03:04:05Z"}}),
        (BulkRequest, {"action": "retry", "jobIds": ["0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d"]}),
    ],
)
def test_json_has_one_kind_of_number_and_writes_moments_and_ids_as_text(
    contract: type[RequestContract], body: dict[str, Any]
) -> None:
    assert parse_body(write(body), contract)


async def test_a_cursor_is_one_also_where_a_header_says_more(gateway: Gateway) -> None:
    answer = await gateway.client.get(
        "/v1/events", headers={"Last-Event-ID": "0a-1"}, params={"after": "nonsense"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "after: not a cursor that this stream has given",
    )
