"""A rebuild finds what is not as the topics say, names it, and makes it so; nothing else moves."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from schemas.stage import StageName
from services.gateway.access.actor import Actor
from services.gateway.access.principal import LOCAL
from services.gateway.api.request_info import RequestInfo
from services.gateway.aside.workbench import open_workbench
from services.gateway.database.database import Database
from services.gateway.feed.store import read_bounds
from services.gateway.local_rebuild import LocalRebuild
from services.gateway.migration.tables import TABLES
from services.gateway.projection.projector import Projector
from services.gateway.projection.store import load_projection
from services.gateway.rebuild.rebuild import NotRebuildableError, Rebuild
from services.gateway.rebuild.report import Report
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import ConsumedRecord
from tests.unit.gateway.aside.mixed import KINDS, LogReader, make_log
from tests.unit.gateway.conftest import Gateway, transaction
from tests.unit.gateway.example import JOB_ID, ROLES, dead_letter, job_id, request, whole_job

JOBS = 8 * KINDS
OPERATOR = Actor(LOCAL, RequestInfo(request_id="", traceparent=""), "a test")


async def fold(
    database: Database, records: Sequence[ConsumedRecord], at_a_time: int = 20
) -> Projector:
    """Fill the live tables, as a gateway does: some records at a time."""
    reader = LogReader()
    projector = Projector(reader, database, ROLES, ChangeNotifier())
    await projector.prepare("cluster")
    for first in range(0, len(records), at_a_time):
        reader.records += records[first : first + at_a_time]
        await projector.step()
    return projector


@asynccontextmanager
async def rebuilding(
    url: str, reader: LogReader, cluster: str = "cluster"
) -> AsyncIterator[Rebuild]:
    async with open_workbench(url) as bench:
        rebuild = Rebuild(bench, reader, ROLES)
        await rebuild.fill(cluster)
        yield rebuild


async def compare(url: str, log: list[ConsumedRecord], **reader: Any) -> Report:
    async with rebuilding(url, LogReader(log, **reader)) as rebuild:
        return await rebuild.compare()


async def make_equal(url: str, log: list[ConsumedRecord]) -> Report:
    async with rebuilding(url, LogReader(log)) as rebuild:
        return await rebuild.switch(await rebuild.compare(), OPERATOR)


def dump(connection: Connection) -> dict[str, list[str]]:
    """Every table that there is."""
    rows = {t.name: connection.execute(t.select()) for t in TABLES}
    return {name: sorted(repr(tuple(row)) for row in found) for name, found in rows.items()}


async def test_mixed_jobs_differ_in_nothing_and_nothing_is_touched(
    database: Database, database_url: str
) -> None:
    log = make_log(JOBS)
    await fold(database, log)
    before = await database.read(dump)
    report = await compare(database_url, log)
    assert (report.named, report.differing, report.spent, report.left_out) == ([], 0, [], {})
    assert all(day.is_same for day in report.days)
    assert sum(day.anew.jobs for day in report.days) == JOBS
    assert report.records == len(log)
    assert await database.read(dump) == before


CHANGES = {
    "a status": ("jobs: 1 changed", "UPDATE jobs SET status = 'failed' WHERE {job}"),
    "what is known": (
        "jobs.fold is not",
        "UPDATE jobs SET fold = replace(fold, 'tbl_1', 'tbl_2') WHERE {job}",
    ),
    "a job": ("jobs: 1 that the topics hold, missing", "DELETE FROM jobs WHERE {job}"),
    "all of a job": (
        "history: 7 that the topics hold, missing",
        "DELETE FROM jobs WHERE {job}; DELETE FROM results WHERE {job};"
        "DELETE FROM history WHERE {job}; DELETE FROM job_marks WHERE {job}",
    ),
    "a tenant": ("jobs.tenant is not", "UPDATE jobs SET tenant = 'other' WHERE {job}"),
    "a result": ("results: 1 that", "DELETE FROM results WHERE {job} AND stage = 'row'"),
    "another stage's result": (
        "results: 1 that the topics do not hold",
        "UPDATE results SET stage = 'x' WHERE {job} AND stage = 'row'",
    ),
    "a fact": ("history: 1 that", "DELETE FROM history WHERE {job} AND sequence = 2"),
    "what a fact says": (
        "history: 1 changed",
        "UPDATE history SET kind = 'failed' WHERE {job} AND sequence = 2",
    ),
    "a number": (
        "history: its facts are not numbered",
        "UPDATE history SET sequence = 9 WHERE {job} AND sequence = 2",
    ),
    "marks": ("job_marks: ", "DELETE FROM job_marks WHERE {job}"),
    "whose marks": ("job_marks: ", "UPDATE job_marks SET tenant = 'other' WHERE {job}"),
}
LETTERS = {
    "a letter's state": (
        "dead_letters: 1 changed",
        "UPDATE dead_letters SET state = 'resolved' WHERE {job}",
    ),
    "a letter": ("dead_letters: 1 that", "DELETE FROM dead_letters WHERE {job}"),
}
BY_HAND = {str(job_id(n * KINDS)): change for n, change in enumerate(CHANGES.values())}
BY_HAND |= {str(job_id(n * KINDS + 1)): change for n, change in enumerate(LETTERS.values())}
"""Jobs that are completed or failed, each with what is done to it and what is said of that."""


def change_by_hand(connection: Connection, job: str) -> None:
    for statement in BY_HAND[job][1].format(job=f"job_id = '{job}'").split(";"):
        connection.execute(text(statement))


async def test_rows_that_were_changed_by_hand_are_named_and_made_right(
    database: Database, database_url: str
) -> None:
    log = make_log(len(CHANGES) * KINDS)
    await fold(database, log)
    right = await database.read(dump)
    for job in BY_HAND:
        await database.write(change_by_hand, job)
    found = await compare(database_url, log)
    said = {one.job_id: "; ".join(one.parts) for one in found.named}
    unsaid = {job: told for job, (told, _) in BY_HAND.items() if told not in said.get(job, "")}
    assert (unsaid, {*said} - {*BY_HAND}, found.differing) == ({}, set(), len(BY_HAND))
    assert [day.is_same for day in found.days] == [False]
    assert (await make_equal(database_url, log)).is_switched
    assert (await compare(database_url, log)).is_equal
    now = await database.read(dump)
    assert len(now.pop("acts")) == 1
    ordered = ("history", "feed", "acts")
    assert {name: rows for name, rows in now.items() if name not in ordered} == {
        name: rows for name, rows in right.items() if name not in ordered
    }
    assert _numbers(now["history"]) == _numbers(right["history"])


async def test_what_comes_meanwhile_is_folded_before_the_switch(
    database: Database, database_url: str
) -> None:
    log = make_log(3 * KINDS)
    half = len(log) // 2
    projector = await fold(database, log[:half])
    reader = LogReader(log[:half])
    await database.write(change_by_hand, str(job_id(2 * KINDS)))
    async with rebuilding(database_url, reader) as rebuild:
        projecting: Any = projector._reader
        projecting.records += log[half:-5]
        reader.records += log[half:-5]
        await projector.step()
        report = await rebuild.compare()
        projecting.records += log[-5:]
        reader.records += log[-5:]
        await projector.step()
        assert (await rebuild.switch(report, OPERATOR)).is_switched
    assert (await compare(database_url, log)).is_equal
    assert projector.projection_id


async def test_a_gateway_goes_on_after_a_switch_and_its_cursors_stay_good(
    database: Database, database_url: str
) -> None:
    log = make_log(8 * KINDS)
    projector = await fold(database, log[:-3])
    before = await database.read(load_projection)
    last = await database.read(read_bounds)
    await database.write(change_by_hand, str(job_id(7 * KINDS)))
    await make_equal(database_url, log[:-3])
    assert await database.read(load_projection) == before
    assert await database.read(read_bounds) == (0, last[1] + 1 if last else 0)
    projecting: Any = projector._reader
    projecting.records += log[-3:]
    await projector.step()
    assert (await compare(database_url, log)).is_equal


async def test_jobs_of_which_the_topics_have_deleted_records_are_kept(
    database: Database, database_url: str
) -> None:
    log = make_log(2 * KINDS)
    await fold(database, log)
    before = await database.read(dump)
    left = [record for record in log if record.offset >= 5]
    found = await compare(database_url, left, begin=5)
    assert found.left_out["old"] > 0
    assert (found.differing, found.named) == (0, [])
    async with rebuilding(database_url, LogReader(left, begin=5)) as rebuild:
        await rebuild.switch(found, OPERATOR)
    now = await database.read(dump)
    assert now | {"acts": []} == before | {"acts": []}


async def test_a_job_that_was_deleted_does_not_come_back(
    gateway: Gateway, database_url: str
) -> None:
    await gateway.project(*whole_job())
    deleted = await gateway.client.delete(f"/v1/jobs/{JOB_ID}")
    assert deleted.status_code == 200
    log = [*whole_job()]
    found = await compare(database_url, log, partitions=1)
    assert (found.is_equal, found.days) == (True, [])


async def test_a_letter_that_was_discarded_stays_so(gateway: Gateway, database_url: str) -> None:
    await gateway.project(request(), dead_letter(StageName.TABLE))
    discarded = await gateway.client.post(
        "/v1/dead-letters/table-0-0/discard", json={"reason": "no use"}
    )
    assert discarded.status_code == 200
    log = [request(), dead_letter(StageName.TABLE)]
    assert (await compare(database_url, log, partitions=1)).is_equal


async def test_tables_of_other_topics_are_not_touched(
    database: Database, database_url: str
) -> None:
    log = make_log(KINDS)
    await fold(database, log)
    with pytest.raises(NotRebuildableError, match="filled from other topics"):
        async with rebuilding(database_url, LogReader(log), "another cluster"):
            pass


async def test_as_of_a_moment_the_tables_are_as_they_were(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    log = make_log(2 * KINDS)
    await fold(database, log)
    half = log[: len(log) // 2]
    moment = datetime.fromtimestamp(half[-1].timestamp_ms / 1000, UTC)
    async with open_workbench(database_url) as bench:
        rebuild = Rebuild(bench, LogReader(log), ROLES)
        local = LocalRebuild(database_url, "cluster", bench, rebuild)
        report, place = await local.show_as_of(moment)
    assert report.records == len(half)
    jobs = {record.key for record in half if record.topic == request().topic}
    assert sum(day.anew.jobs for day in report.days) >= len(jobs) > 0
    is_file = place.endswith(".db")
    url = f"sqlite:///{place}" if is_file else database_url
    table = "jobs" if is_file else f"{place.removeprefix('schema ')}.jobs"
    with transaction(url) as connection:
        count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        if not is_file:
            connection.execute(text(f"DROP {place} CASCADE"))
    assert count == sum(day.anew.jobs for day in report.days)


@pytest.mark.long
async def test_two_thousand_mixed_jobs_differ_in_nothing(
    database: Database, database_url: str
) -> None:
    log = make_log(2_000)
    await fold(database, log, at_a_time=500)
    assert (await compare(database_url, log)).is_equal


def _numbers(rows: list[str]) -> list[tuple[str, ...]]:
    """Facts by place and number: what clients were told of them."""
    return sorted(tuple(row.split(", ")[:5]) for row in rows)
