"""Each filter goes along one index in the order of the list: nothing is scanned, nothing sorted."""

from typing import Any

import pytest
from sqlalchemy import Connection, text

from schemas.api.job_list import JobFilterRequest
from services.gateway.database.database import Database
from services.gateway.database.place import Place
from services.gateway.listing.job_filter import read_filter
from services.gateway.listing.store import build_query

FILTERS: list[dict[str, object]] = [
    {},
    {"status": "failed"},
    {"tableId": "tbl_1"},
    {"tag": "a"},
    {"tag": "a,b"},
    {"title": "planets and moons"},
    {"hasDeadLetters": True},
    {"hasDeadLetters": False},
    {"engine": "model"},
    {"stage": "row", "stageState": "failed"},
    {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"},
    {"status": "failed", "tag": "a", "from": "2026-01-01T00:00:00Z"},
]
ONLY_BY_INDEX = (
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL enable_sort = off",
    "SET LOCAL enable_incremental_sort = off",
    "SET LOCAL enable_bitmapscan = off",
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
)
"""On empty tables a server reads and sorts them whole, unless there is no need to."""


@pytest.mark.parametrize("after", [None, Place(1, "x")])
@pytest.mark.parametrize("sight", [None, "acme"])
@pytest.mark.parametrize("asked", FILTERS)
async def test_no_filter_scans_or_sorts(
    database: Database, asked: dict[str, object], sight: str | None, after: Place | None
) -> None:
    wanted = read_filter(JobFilterRequest.model_validate(asked), sight)
    plan = await database.read(explain, build_query(wanted, after).limit(51))
    assert plan
    assert not [line for line in plan if is_costly(line)], plan


@pytest.mark.parametrize("sight", [None, "acme"])
async def test_a_tenant_s_filter_has_an_index_of_its_own(
    database: Database, sight: str | None
) -> None:
    wanted = read_filter(JobFilterRequest.model_validate({"tag": "a"}), sight)
    plan = " ".join(await database.read(explain, build_query(wanted, None)))
    assert ("job_marks_of_tenant" in plan) is (sight is not None)


async def test_a_plan_that_scans_is_told_as_one(database: Database) -> None:
    plan = await database.read(explain, text("SELECT * FROM jobs ORDER BY fold"))
    assert [line for line in plan if is_costly(line)]


def explain(connection: Connection, query: Any) -> list[str]:
    dialect = connection.dialect
    if dialect.name == "sqlite":
        literal = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {literal}")
        return [row.detail for row in rows]
    for statement in ONLY_BY_INDEX:
        connection.exec_driver_sql(statement)
    literal = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return [row[0] for row in connection.execute(text(f"EXPLAIN {literal}".replace(":", r"\:")))]


def is_costly(line: str) -> bool:
    """Whether a line of a plan reads a whole table, or sorts."""
    is_scan = line.startswith("SCAN") and "USING INDEX" not in line
    return is_scan or any(word in line for word in ("TEMP B-TREE", "Seq Scan", "Sort"))
