"""A job as a person writes it, by the names of the API."""

from typing import Any

import pytest

from brainshare_client.request.table import JobIn, write_job

JOB: JobIn = {
    "table_id": "t",
    "context": {
        "title": "Planets",
        "columns": [{"name": "Diameter", "data_type": "decimal", "enum_values": None}],
        "rows": [{"id": "r1", "cells": {"my_cell": "snake_case stays"}}],
        "total_row_count": 8,
        "base_version": 3,
    },
    "want": {"rows": 2, "fill_existing": False},
    "options": {"max_cost_usd": 0.5},
    "deadline_s": 60,
    "idempotency_key": None,
}
SENT = {
    "tableId": "t",
    "context": {
        "title": "Planets",
        "columns": [{"name": "Diameter", "dataType": "decimal", "enumValues": None}],
        "rows": [{"id": "r1", "cells": {"my_cell": "snake_case stays"}}],
        "totalRowCount": 8,
        "baseVersion": 3,
    },
    "want": {"rows": 2, "fillExisting": False},
    "options": {"maxCostUsd": 0.5},
    "deadlineS": 60,
}


def test_names_are_the_api_s_and_cells_are_the_user_s() -> None:
    assert write_job(JOB) == SENT


def test_what_has_the_names_of_the_api_is_taken_as_it_is() -> None:
    assert write_job(SENT) == SENT


@pytest.mark.parametrize(
    "odd",
    [
        {"context": "Planets"},
        {"context": ["a", "b"]},
        {"context": {"title": "x", "columns": "no list"}},
        {"context": {"title": "x", "columns": ["no column", 3]}},
        {"unheardOf": 1},
    ],
)
def test_what_is_wrong_is_sent_and_the_gateway_says_so(odd: dict[str, Any]) -> None:
    assert write_job(odd) == odd
