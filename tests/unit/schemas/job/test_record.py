"""A record grows by optional fields only: what was written before is still read."""

import json

import pytest
from pydantic import ValidationError

from schemas.api.result import Completeness, assemble_result
from schemas.job.record import StageRecord
from schemas.stage import StageName

OLD_RECORD = b"""{"job": {"jobId": "00000000-0000-4000-8000-000000000001", "tableId": "t",
 "context": {"title": "Planets", "columns": [], "rows": []}, "stages": ["table"],
 "want": {"columns": 5, "rows": 5, "fillExisting": true}, "acceptedAt": "2026-11-24T12:00:00Z"},
 "results": {"table": {"title": "Planets", "primary": {"name": "Name"}}},
 "provenance": {"table": {"attempt": 1, "model": "demo-table-1", "engine": "demo",
 "promptVersion": "table-1", "promptSha": "0123456789ab", "requestId": "req-1",
 "usage": {"inputTokens": 3, "outputTokens": 4}, "latencyS": 0.5,
 "startedAt": "2026-11-24T12:00:00Z", "endedAt": "2026-11-24T12:00:01Z"}}}"""


def test_a_record_from_before_the_checks_is_read() -> None:
    record = StageRecord.from_json(OLD_RECORD)
    provenance = record.provenance[StageName.TABLE]
    assert (provenance.checks, provenance.missing, provenance.re_asks) == ((), (), 0)
    assert (provenance.calls, provenance.cost_usd, provenance.level) == (None, None, None)


def test_its_result_is_complete_and_its_cost_not_known() -> None:
    result = assemble_result(StageRecord.from_json(OLD_RECORD))
    assert (result.status, result.cost_usd) == (Completeness.COMPLETE, None)


def test_a_record_comes_back_as_it_was_written() -> None:
    record = StageRecord.from_json(OLD_RECORD)
    assert StageRecord.from_json(record.to_json()) == record


NAMED = {"name": "Moons"}


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ({"row": {"rows": [{"cells": ["a"]}]}}, "proposed row 1: 1 cells for 0 columns"),
        (
            {"column": {"columns": [NAMED]}, "row": {"rows": [{"cells": ["a"]}, {"cells": []}]}},
            "proposed row 2: 0 cells for 1 columns",
        ),
        (
            {"column": {"columns": [NAMED], "fill": [{"row": "r1", "cells": ["a", "b"]}]}},
            "filled row 1: 2 cells for 1 columns",
        ),
        ({"column": {"columns": [], "fill": [{"row": "r1", "cells": ["a"]}]}}, "1 cells for 0"),
    ],
)
def test_cells_that_fit_no_column_are_no_record(results: object, told: str) -> None:
    written = json.dumps({**json.loads(OLD_RECORD), "results": results})
    with pytest.raises(ValidationError, match=told):
        StageRecord.from_json(written)
