"""Each filter goes along one index in the order of the list: nothing is scanned, nothing sorted."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from schemas.api.job_list import JobFilterRequest
from services.gateway.database.database import Database
from services.gateway.database.place import Place
from services.gateway.database.plan import plan_along_indexes
from services.gateway.listing.job_filter import read_filter
from services.gateway.listing.store import build_query
from services.gateway.listing.table import JOB_MARKS
from tests.unit.gateway.example import job_id

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
    {"shadow": True},
    {"shadow": True, "status": "failed", "tag": "a"},
]


COSTLY = ("TEMP B-TREE", "Seq Scan", "Sort", "Hash", "hash", "Merge", "Materialize", "Bitmap")


@pytest.mark.parametrize("after", [None, Place(1, "x")])
@pytest.mark.parametrize("sight", [None, "acme"])
@pytest.mark.parametrize("asked", FILTERS)
async def test_no_filter_scans_or_sorts_whatever_leads(
    database: Database, asked: dict[str, object], sight: str | None, after: Place | None
) -> None:
    wanted = read_filter(JobFilterRequest.model_validate(asked), sight)
    for lead in (*wanted.marks, None):
        plan = await database.read(explain, build_query(lead, wanted, after).limit(51))
        assert plan
        assert not [line for line in plan if is_costly(line)], plan


@pytest.mark.parametrize("is_counted", [False, True])
async def test_no_guess_of_the_server_leads_it_astray(database: Database, is_counted: bool) -> None:
    """Few rows, which is when it is cheapest to read them all; or rows it has not counted."""
    await database.write(mark, "word:planets", range(2_000))
    await database.write(mark, "word:rare", range(3))
    if is_counted:
        await database.write(lambda connection: connection.exec_driver_sql("ANALYZE"))
    for asked in ({"title": "planets rare"}, {"title": "planets", "status": "failed"}):
        wanted = read_filter(JobFilterRequest.model_validate(asked), "acme")
        for lead in (*wanted.marks, None):
            plan = await database.read(explain, build_query(lead, wanted, None).limit(51))
            assert not [line for line in plan if is_costly(line)], plan


@pytest.mark.parametrize("sight", [None, "acme"])
async def test_a_tenant_s_filter_has_an_index_of_its_own(
    database: Database, sight: str | None
) -> None:
    wanted = read_filter(JobFilterRequest.model_validate({"tag": "a"}), sight)
    plan = " ".join(await database.read(explain, build_query("tag:a", wanted, None)))
    assert ("job_marks_of_tenant" in plan) is (sight is not None)


@pytest.mark.parametrize("status", [None, "failed"])
@pytest.mark.parametrize(
    ("sight", "index"), [(None, "shadows_by_time"), ("acme", "shadows_of_tenant_by_time")]
)
async def test_shadows_are_found_among_shadows_only(
    database: Database, sight: str | None, index: str, status: str | None
) -> None:
    asked = {"shadow": True, "status": status}
    wanted = read_filter(JobFilterRequest.model_validate(asked), sight)
    plan = " ".join(await database.read(explain, build_query(None, wanted, None)))
    assert f"{index} " in f"{plan} "


async def test_a_plan_that_scans_is_told_as_one(database: Database) -> None:
    plan = await database.read(explain, text("SELECT * FROM jobs ORDER BY fold"))
    assert [line for line in plan if is_costly(line)]


def mark(connection: Connection, name: str, numbers: Iterable[int], tenant: str = "acme") -> None:
    """Note that a mark is true of jobs, each of which was accepted at its number."""
    rows = [
        {"mark": name, "accepted_us": n, "job_id": str(job_id(n)), "tenant": tenant}
        for n in numbers
    ]
    connection.execute(insert(JOB_MARKS), rows)


def explain(connection: Connection, query: Any) -> list[str]:
    dialect = connection.dialect
    if dialect.name == "sqlite":
        literal = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {literal}")
        return [row.detail for row in rows]
    plan_along_indexes(connection)
    literal = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return [row[0] for row in connection.execute(text(f"EXPLAIN {literal}".replace(":", r"\:")))]


def is_costly(line: str) -> bool:
    """Whether a line of a plan reads a whole table, or sorts."""
    is_scan = line.startswith("SCAN") and "USING INDEX" not in line
    return is_scan or any(word in line for word in COSTLY)
