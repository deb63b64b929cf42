"""Several gateways on one set of tables: each record is folded once, by whoever's it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Connection, select, text

from schemas.api.status import JobState
from services.gateway.database.database import Database
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.job.projection import save_jobs
from services.gateway.job.store import find_job
from services.gateway.job.table import HISTORY, JOBS
from services.gateway.lease.keeper import Keeper
from services.gateway.listing.job_filter import JobFilter
from services.gateway.listing.store import list_jobs
from services.gateway.projection.projector import Projector
from services.gateway.projection.store import apply_facts, begin_projection
from services.gateway.status.change import fold_batch
from services.gateway.status.fact import Fact
from services.gateway.status.state import describe
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import ConsumedRecord
from services.lifecycle.failpoint import NO_FAILPOINTS
from tests.unit.gateway.conftest import FakeReader, read_metric
from tests.unit.gateway.example import JOB_ID, ROLES, fact, job, job_id, request, whole_job

PARTITIONS = 2


@dataclass
class Member:
    keeper: Keeper
    projector: Projector
    notifier: ChangeNotifier
    reader: FakeReader

    async def go_on(self) -> None:
        await self.keeper.refresh()
        await self.projector.step()


@pytest.fixture
def database_url(server_url: str) -> str:
    return server_url


def log_of() -> list[ConsumedRecord]:
    """A whole job in the first partition, nine that are accepted in the second."""
    others = [replace(request(n, job(job_id(n))), partition=1) for n in range(9)]
    return [*whole_job(), *others]


async def join(database: Database, own: Database, name: str, log: list[ConsumedRecord]) -> Member:
    keeper, notifier = Keeper(own, PARTITIONS, name), ChangeNotifier()
    reader = FakeReader(log, partitions=PARTITIONS)
    projector = Projector(reader, database, ROLES, notifier, NO_FAILPOINTS, keeper)
    await projector.prepare("cluster")
    await keeper.refresh()
    return Member(keeper, projector, notifier, reader)


async def expire(database: Database, name: str) -> None:
    late = text("UPDATE gateways SET until_us = 0 WHERE gateway_id = :name")
    await database.write(lambda c: c.execute(late, {"name": name}) and None)


async def read(database: Database) -> tuple[Sequence[object], int]:
    """Every job with its version, and how many facts the history has."""
    versions = select(JOBS.c.job_id, JOBS.c.status, JOBS.c.version).order_by(JOBS.c.job_id)
    jobs = await database.read(lambda c: list(map(tuple, c.execute(versions))))
    return jobs, len(await database.read(lambda c: c.execute(select(HISTORY)).all()))


async def test_each_folds_its_share_and_both_know_the_whole(
    database: Database, own: Database
) -> None:
    log = log_of()
    a, b = await join(database, own, "a", log), await join(database, own, "b", log)
    for _ in range(3):
        await a.go_on()
        await b.go_on()
    jobs, facts = await read(database)
    assert (len(jobs), facts) == (10, len(log))
    assert a.projector.projection_id == b.projector.projection_id
    assert a.projector.is_caught_up
    assert b.projector.is_caught_up
    assert (await a.projector.measure_lag(), await b.projector.measure_lag()) == (0, 0)
    assert a.reader.held != b.reader.held


async def test_who_stood_still_writes_nothing_and_the_other_goes_on(
    database: Database, own: Database
) -> None:
    log = log_of()
    a = await join(database, own, "a", log[:3])
    await a.projector.step()
    b = await join(database, own, "b", log)
    lost = read_metric("brainshare_leases_lost_total")
    a.reader.records = log
    await expire(own, "a")
    await b.go_on()
    await b.go_on()
    before = await read(database)
    assert await a.projector.step() == 0
    assert await read(database) == before
    assert before[1] == len(log)
    assert read_metric("brainshare_leases_lost_total") == lost + 1
    found = await database.read(find_job, str(JOB_ID), ALL_TENANTS)
    assert found is not None
    assert (found.known.version, describe(found.known.fold).state) == (7, JobState.COMPLETED)


async def test_tables_that_another_fills_anew_have_one_name_and_end_the_streams(
    database: Database, own: Database
) -> None:
    log = log_of()
    a, b = await join(database, own, "a", log), await join(database, own, "b", log)
    await a.go_on()
    with b.notifier.watch(str(JOB_ID)) as waiter:
        await own.write(begin_projection, "")
        for _ in range(3):
            await a.go_on()
            await b.go_on()
        assert not await waiter.wait()
    assert a.projector.projection_id == b.projector.projection_id
    assert (await read(database))[1] == len(log)
    with b.notifier.watch(str(JOB_ID)) as waiter:
        b.notifier.notify_all()
        assert await waiter.wait()


async def test_one_job_in_two_partitions_loses_nothing(database: Database) -> None:
    """A client with another partitioner: whoever comes second sees it, and folds again."""
    await database.write(begin_projection, "cluster")
    records = [fact(record) for record in whole_job()]
    with pytest.raises(Exception, match="another gateway has changed one of the jobs"):
        await database.write(lambda c: interleave(c, records[:3]))
    for record in records:
        await database.write(apply_facts, [record], {})
    [job] = await database.read(list_jobs, JobFilter(ALL_TENANTS), None, 10)
    assert job.known.version == len(records)


def interleave(connection: Connection, facts: list[Fact]) -> None:
    """What another gateway commits between our reading and our writing."""
    stale = fold_batch({}, facts[:1])
    save_jobs(connection, fold_batch({}, facts[1:2]))
    save_jobs(connection, stale)
