"""The migrations make the tables that the code speaks of, and keep what is our own."""

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from schemas.api.job_list import JobFilterRequest
from schemas.job.record import Engine
from schemas.job.replay import Replay
from schemas.stage import StageName
from services.gateway import migration
from services.gateway.database.database import Database, open_database
from services.gateway.database.moment import to_us
from services.gateway.listing.job_filter import read_filter
from services.gateway.listing.store import list_jobs
from services.gateway.migration.tables import METADATA
from services.gateway.migration.upgrade import LaterDatabaseError, upgrade
from services.gateway.projection.store import load_projection
from services.gateway.status.fold import merge, write_fold
from tests.unit.gateway.conftest import transaction
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    answered,
    fact,
    job,
    job_id,
    request,
    success,
)

EARLIER = sorted(file.name[:4] for file in Path(migration.__file__).parent.glob("versions/0*.py"))[
    :-1
]
VERSIONS = Path(migration.__file__).parent


async def test_the_migrations_make_the_tables(database: Database) -> None:
    assert await database.read(_list_differences) == []


@pytest.mark.parametrize("version", EARLIER)
async def test_every_earlier_version_is_brought_up_to_date_and_reservations_stay(
    empty_url: str, version: str
) -> None:
    with transaction(empty_url) as connection:
        _upgrade_to(connection, version)
        connection.execute(text("INSERT INTO projection VALUES ('old', 'cluster')"))
        connection.execute(
            text(
                "INSERT INTO reservations (job_id, fingerprint, state, accepted_us, value)"
                " VALUES ('j', 'f', 'reserved', 0, :value)"
            ),
            {"value": b"\0"},
        )
        assert inspect(connection).has_table("dead_letters") is (version > "0001")
    async with open_database(empty_url) as database:
        await database.write(upgrade)
        projection = await database.read(load_projection)
        assert (projection is None) is (version < "0004")  # later folds hold all that they must
        assert await database.read(_count_reservations) == 1
        assert await database.read(_list_differences) == []


async def test_gateways_that_start_at_once_make_the_tables_once(empty_url: str) -> None:
    async with open_database(empty_url) as first, open_database(empty_url) as second:
        await asyncio.gather(*(gateway.write(upgrade) for gateway in (first, second) * 2))
        assert await first.read(_list_differences) == []


async def test_tables_of_a_later_release_are_refused_in_a_line_and_left_alone(
    empty_url: str,
) -> None:
    async with open_database(empty_url) as database:
        await database.write(upgrade)
        await database.write(
            lambda c: c.execute(text("UPDATE alembic_version SET version_num='9'"))
        )
    refusal = pytest.raises(LaterDatabaseError, match=r"\(version 9\): run that release, or set")
    async with open_database(empty_url) as database:
        with refusal:
            await database.write(upgrade)
    with transaction(empty_url) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9"


def _list_differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def _count_reservations(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM reservations")).scalar_one())


async def test_letters_that_were_discarded_say_so_after_the_upgrade(empty_url: str) -> None:
    with transaction(empty_url) as connection:
        _upgrade_to(connection, "0005")
        for job_id in ("a", "b"):
            told = f"'{job_id}', 'table', 0, '{job_id}', 'open', 'bug', NULL, '', '', 1, 't', 0, 0"
            connection.execute(text(f"INSERT INTO dead_letters VALUES ({told}, 0, '{{}}', NULL)"))
        connection.execute(text("INSERT INTO discards VALUES ('a', 'table', 0, 'why', '', 0)"))
    async with open_database(empty_url) as database:
        await database.write(upgrade)
        assert await database.read(_list_states) == [("a", "discarded"), ("b", "open")]


@pytest.mark.parametrize("version", [f"000{number}" for number in range(1, 8)])
async def test_what_is_there_is_the_default_tenant_s_and_a_key_its_tenant_s(
    empty_url: str, version: str
) -> None:
    with transaction(empty_url) as connection:
        _upgrade_to(connection, version)
        columns = "job_id, idempotency_key, fingerprint, state, accepted_us, value"
        insert = f"INSERT INTO reservations ({columns}) VALUES"
        connection.execute(text(f"{insert} ('j', 'key', 'f', 'projected', 7, '')"))
        job = "INSERT INTO jobs (job_id, status, accepted_us, version, fold) VALUES"
        connection.execute(text(f"{job} ('j', 'pending', 7, 1, '{{}}')"))
    async with open_database(empty_url) as database:
        await database.write(upgrade)
        await database.write(lambda c: c.execute(text(f"{insert} ('k', 'key', 'f', 's', 7, '')")))
        found = "SELECT job_id, idempotency_key, accepted_us, tenant FROM reservations ORDER BY 1"
        rows = await database.read(lambda c: [tuple(row) for row in c.execute(text(found))])
        of_jobs = await database.read(lambda c: c.execute(text("SELECT tenant FROM jobs")).all())
    assert rows == [("j", "key", 7, "default"), ("k", "key", 7, "default")]
    assert [tenant for (tenant,) in of_jobs] == ["default"]


async def test_a_letter_that_names_no_job_is_nobody_s(empty_url: str) -> None:
    with transaction(empty_url) as connection:
        _upgrade_to(connection, "0007")
        for job_id in ("a", "stray:b"):
            told = f"'{job_id}', 'table', 0, '{job_id}', 'open', 'bug', NULL, '', '', 1, 't', 0, 0"
            connection.execute(text(f"INSERT INTO dead_letters VALUES ({told}, 0, '{{}}', NULL)"))
    async with open_database(empty_url) as database:
        await database.write(upgrade)
        found = "SELECT tenant FROM dead_letters ORDER BY job_id"
        rows = await database.read(lambda c: [tuple(row) for row in c.execute(text(found))])
    assert rows == [("default",), (None,)]


def _list_states(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(text("SELECT job_id, state FROM dead_letters ORDER BY job_id"))
    return [(job_id, state) for job_id, state in rows]


def _upgrade_to(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


@pytest.mark.parametrize("version", ["0008", "0015"])
async def test_what_is_there_is_found_by_what_is_true_of_it(empty_url: str, version: str) -> None:
    record = answered(StageName.TABLE)
    said = record.provenance[StageName.TABLE].model_copy(update={"engine": Engine.MODEL})
    value = record.model_copy(update={"provenance": {StageName.TABLE: said}}).to_json()
    folded = merge(fact(request()).fold, fact(success(StageName.TABLE)).fold)
    with transaction(empty_url) as connection:
        _upgrade_to(connection, version)
        stored = {"id": str(JOB_ID), "us": to_us(NOW), "fold": write_fold(folded), "value": value}
        columns = "job_id, status, accepted_us, version, fold, tenant"
        sql = f"INSERT INTO jobs ({columns}) VALUES (:id, 'running', :us, 2, :fold, 'acme')"
        connection.execute(text(sql), stored)
        connection.execute(text("INSERT INTO results VALUES (:id, 'table', :value)"), stored)
    async with open_database(empty_url) as database:
        await database.write(upgrade)
        for asked in ({"engine": "model"}, {"title": "planets"}, {"tableId": "tbl_1"}):
            wanted = read_filter(JobFilterRequest.model_validate(asked), "acme")
            [found] = await database.read(list_jobs, wanted, None, 10)
            assert found.job_id == str(JOB_ID)


async def test_replays_of_before_are_found_by_their_source(empty_url: str) -> None:
    mark = Replay(replay_id=job_id(1), source_job_id=JOB_ID)
    made = job(job_id(2)).model_copy(update={"replay": mark})
    told = {"us": to_us(NOW), "fold": write_fold(fact(request(of=made)).fold), "id": str(job_id(2))}
    columns = "job_id, status, accepted_us, version, fold, tenant, is_shadow"
    sql = f"INSERT INTO jobs ({columns}) VALUES (:id, 'pending', :us, 1, :fold, 'acme', true)"
    with transaction(empty_url) as connection:
        _upgrade_to(connection, "0022")
        connection.execute(text(sql), told)
    async with open_database(empty_url) as database:
        await database.write(upgrade)
        await database.write(upgrade)
        found = "SELECT job_id, tenant FROM job_marks WHERE mark LIKE 'source:%'"
        rows = await database.read(lambda c: [tuple(row) for row in c.execute(text(found))])
    assert rows == [(str(job_id(2)), "acme")]
