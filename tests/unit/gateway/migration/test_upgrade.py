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
from services.gateway.migration.upgrade import upgrade
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
        config = Config()
        config.set_main_option("script_location", str(VERSIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.execute(text("INSERT INTO projection VALUES ('old', 'cluster')"))
        connection.execute(
            text("INSERT INTO reservations VALUES ('j', NULL, 'f', 'reserved', 0, x'00')")
        )
        assert inspect(connection).has_table("dead_letters") is (version > "0001")
    async with open_database(url, upgrade) as database:
        assert await database.read(load_projection) is None
        assert await database.read(_count_reservations) == 1


def _count_reservations(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM reservations")).scalar_one())
