"""A gateway waits for its database at the start, and not for one that refuses it."""

from itertools import count

import pytest
from sqlalchemy import text

from services.gateway.database import patience
from services.gateway.database.database import (
    DatabaseUnavailableError,
    UnusableDatabaseError,
    open_database,
)
from services.gateway.migration.start import prepare_tables
from tests.postgres import PostgresServer

NOWHERE = "postgresql://u:hunter2@127.0.0.1:1/d"


async def test_a_server_that_does_not_answer_is_given_up_in_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "RETRY_S", 0)
    ticks = count(step=20.0)
    async with open_database(NOWHERE) as database:
        with pytest.raises(DatabaseUnavailableError) as given_up:
            await prepare_tables(database, clock=lambda: next(ticks))
    said = str(given_up.value)
    assert said.startswith("the database has not answered for 60 s: OperationalError: connection")
    assert said.endswith("; start it, or correct DATABASE_URL")
    assert "hunter2" not in said


async def test_a_database_that_does_not_exist_is_not_waited_for(postgres: PostgresServer) -> None:
    async with open_database(postgres.url("nosuch")) as database:
        with pytest.raises(UnusableDatabaseError, match="create the database"):
            await prepare_tables(database)


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
async def test_a_user_who_may_not_make_tables_is_told_what_is_lacking(
    postgres: PostgresServer, empty_url: str
) -> None:
    schema = empty_url.rpartition("%3D")[2]
    async with open_database(empty_url) as owner:
        await owner.write(lambda c: c.execute(text(f"CREATE ROLE r{schema} LOGIN")) and None)
    async with open_database(empty_url.replace("brainshare@", f"r{schema}@")) as database:
        with pytest.raises(UnusableDatabaseError, match="search_path of the user"):
            await prepare_tables(database)
