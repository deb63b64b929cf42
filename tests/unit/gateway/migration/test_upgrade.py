"""The migrations make the tables that the code speaks of, and keep what is our own."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from services.gateway import migration
from services.gateway.database.database import Database, make_engine, open_database
from services.gateway.migration.tables import METADATA
from services.gateway.migration.upgrade import LaterDatabaseError, upgrade
from services.gateway.projection.store import load_projection

VERSIONS = Path(migration.__file__).parent


async def test_the_migrations_make_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))

    assert await database.read(differences) == []


@pytest.mark.parametrize("version", ["0001", "0002", "0003"])
async def test_older_tables_are_filled_again_and_reservations_stay(
    tmp_path: Path, version: str
) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    with make_engine(url).begin() as connection:
        _upgrade_to(connection, version)
        connection.execute(text("INSERT INTO projection VALUES ('old', 'cluster')"))
        connection.execute(
            text("INSERT INTO reservations VALUES ('j', NULL, 'f', 'reserved', 0, x'00')")
        )
        assert inspect(connection).has_table("dead_letters") is (version > "0001")
    async with open_database(url) as database:
        await database.write(upgrade)
        assert await database.read(load_projection) is None
        assert await database.read(_count_reservations) == 1


async def test_tables_of_a_later_release_are_refused_in_a_line_and_left_alone(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/later.db"
    async with open_database(url) as database:
        await database.write(upgrade)
        await database.write(
            lambda c: c.execute(text("UPDATE alembic_version SET version_num='9'"))
        )
    refusal = pytest.raises(LaterDatabaseError, match=r"\(version 9\): run that release, or set")
    async with open_database(url) as database:
        with refusal:
            await database.write(upgrade)
    with make_engine(url).begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9"


def _count_reservations(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM reservations")).scalar_one())


async def test_letters_that_were_discarded_say_so_after_the_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    with make_engine(url).begin() as connection:
        _upgrade_to(connection, "0005")
        for job_id in ("a", "b"):
            told = f"'{job_id}', 'table', 0, '{job_id}', 'open', 'bug', NULL, '', '', 1, 't', 0, 0"
            connection.execute(text(f"INSERT INTO dead_letters VALUES ({told}, 0, '{{}}', NULL)"))
        connection.execute(text("INSERT INTO discards VALUES ('a', 'table', 0, 'why', '', 0)"))
    async with open_database(url) as database:
        await database.write(upgrade)
        assert await database.read(_list_states) == [("a", "discarded"), ("b", "open")]


@pytest.mark.parametrize("version", [f"000{number}" for number in range(1, 8)])
async def test_what_is_there_is_the_default_tenant_s_and_a_key_its_tenant_s(
    tmp_path: Path, version: str
) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    with make_engine(url).begin() as connection:
        _upgrade_to(connection, version)
        columns = "job_id, idempotency_key, fingerprint, state, accepted_us, value"
        insert = f"INSERT INTO reservations ({columns}) VALUES"
        connection.execute(text(f"{insert} ('j', 'key', 'f', 'projected', 7, x'00')"))
        job = "INSERT INTO jobs (job_id, status, accepted_us, version, fold) VALUES"
        connection.execute(text(f"{job} ('j', 'pending', 7, 1, '{{}}')"))
    async with open_database(url) as database:
        await database.write(upgrade)
        await database.write(lambda c: c.execute(text(f"{insert} ('k', 'key', 'f', 's', 7, '')")))
        found = "SELECT job_id, idempotency_key, accepted_us, tenant FROM reservations ORDER BY 1"
        rows = await database.read(lambda c: [tuple(row) for row in c.execute(text(found))])
        of_jobs = await database.read(lambda c: c.execute(text("SELECT tenant FROM jobs")).all())
    assert rows == [("j", "key", 7, "default"), ("k", "key", 7, "default")]
    assert [tenant for (tenant,) in of_jobs] == ["default"]


async def test_a_letter_that_names_no_job_is_nobody_s(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    with make_engine(url).begin() as connection:
        _upgrade_to(connection, "0007")
        for job_id in ("a", "stray:b"):
            told = f"'{job_id}', 'table', 0, '{job_id}', 'open', 'bug', NULL, '', '', 1, 't', 0, 0"
            connection.execute(text(f"INSERT INTO dead_letters VALUES ({told}, 0, '{{}}', NULL)"))
    async with open_database(url) as database:
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
