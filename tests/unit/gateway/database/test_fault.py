"""What a database refuses is said in a line that tells what to do, and shows no password."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from services.gateway.database import engine
from services.gateway.database.database import (
    Database,
    DatabaseUnavailableError,
    UnusableDatabaseError,
    open_database,
)
from services.gateway.database.fault import DamagedDatabaseError, FullDatabaseError
from services.gateway.database.metadata import METADATA
from services.gateway.migration.start import prepare_tables
from tests.postgres import PostgresServer

SECRET = "hunter%322"


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("nosuch", 'database "nosuch" does not exist: create the database, or correct its name'),
        ("postgres?user=stranger", 'role "stranger" does not exist: create the role, or correct'),
        ("postgres?sslmode=require", "does not support SSL, but SSL was required: take sslmode"),
        ("postgres?sslmode=perhaps", "correct sslmode in DATABASE_URL"),
    ],
)
async def test_what_a_server_refuses_is_said_with_what_to_do(
    postgres: PostgresServer, database: str, said: str
) -> None:
    refused = await ask(postgres.url(database).replace("@", f":{SECRET}@"))
    assert isinstance(refused, UnusableDatabaseError)
    assert said in str(refused)
    assert "hunter" not in str(refused)
    assert "\n" not in str(refused)


async def test_a_server_that_is_not_there_is_waited_for() -> None:
    refused = await ask(f"postgresql://u:{SECRET}@127.0.0.1:1/d")
    assert not isinstance(refused, UnusableDatabaseError)
    assert "port 1 failed: Connection refused" in str(refused)
    assert "hunter" not in str(refused)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter@2@h/d",
        "postgresql://u:hunter/2@h:5/d",
        "postgresql://u:hunter%zz@h/d",
        "postgresql://u:hunter@h/d?nonsense=1",
    ],
)
async def test_a_url_that_cannot_be_read_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(UnusableDatabaseError, match="DATABASE_URL cannot be read") as refused:
        await ask(url)
    assert "hunter" not in str(refused.value)


async def test_a_server_that_is_too_old_is_refused(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "OLDEST_POSTGRESQL", 99)
    refused = await ask(postgres.url("postgres"))
    assert isinstance(refused, UnusableDatabaseError)
    assert "99 or newer is needed" in str(refused)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "SET LOCAL lock_timeout = 1; SELECT pg_advisory_lock(7)",
        "SET TRANSACTION READ ONLY; CREATE TABLE t (a int)",
        "DO $$ BEGIN RAISE SQLSTATE '53100'; END $$",
        "DO $$ BEGIN RAISE SQLSTATE '53300'; END $$",
        "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$",
        "DO $$ BEGIN RAISE SQLSTATE '57P03'; END $$",
    ],
)
async def test_what_passes_is_waited_for_and_the_next_transaction_is_well(
    postgres: PostgresServer, sql: str
) -> None:
    """Cut off, locked, failed over, full, too many connections, a deadlock, starting up."""
    url = postgres.url("postgres")
    async with open_database(url) as holder, open_database(url) as database:

        async def provoke() -> None:
            with pytest.raises(DatabaseUnavailableError):
                await database.write(lambda c: c.execute(text(sql)) and None)

        def hold(connection: object) -> None:
            connection.execute(text("SELECT pg_advisory_lock(7)"))  # type: ignore[attr-defined]

        await holder.write(hold)
        await provoke()
        assert await database.write(lambda c: c.execute(text("SELECT 1")).scalar()) == 1
        await holder.write(lambda c: c.execute(text("SELECT pg_advisory_unlock_all()")) and None)


async def test_a_server_that_was_started_again_costs_no_request(
    postgres: PostgresServer,
) -> None:
    async with open_database(postgres.url("postgres")) as database:
        assert await count(database) == 1
        postgres.end()
        with pytest.raises(DatabaseUnavailableError):
            await count(database)
        postgres.start()
        assert await count(database) == 1


async def test_a_full_disk_is_known_as_one(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path}/gateway.db") as database:
        with pytest.raises(FullDatabaseError):
            await database.write(fill)


async def test_a_server_s_full_disk_is_known_as_one(postgres: PostgresServer) -> None:
    full = text("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$")
    async with open_database(postgres.url("postgres")) as database:
        with pytest.raises(FullDatabaseError):
            await database.write(lambda c: c.execute(full) and None)


def fill(connection: Connection) -> None:
    """More than fits in."""
    connection.execute(text("PRAGMA max_page_count = 2"))
    connection.execute(text("CREATE TABLE t (a BLOB)"))
    connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))


async def ask(url: str) -> DatabaseUnavailableError:
    async with open_database(url) as database:
        with pytest.raises(DatabaseUnavailableError) as refused:
            await count(database)
    return refused.value


async def count(database: Database) -> int:
    return int(await database.read(lambda c: c.execute(text("SELECT 1")).scalar_one()))


@pytest.mark.parametrize(
    ("at", "bytes_of_it", "said"),
    [(0, 100, "file is not a database"), (4096, 60_000, "database disk image is malformed")],
    ids=["head", "pages"],
)
async def test_a_damaged_file_is_said_with_what_to_do_and_what_is_lost(
    tmp_path: Path, at: int, bytes_of_it: int, said: str
) -> None:
    url = f"sqlite:///{tmp_path}/gateway.db"
    async with open_database(url) as database:
        await prepare_tables(database)
    with (tmp_path / "gateway.db").open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * bytes_of_it)
    async with open_database(url) as database:
        with pytest.raises(DamagedDatabaseError) as damaged:
            await start_and_read(database)
        assert database.is_damaged
    assert said in str(damaged.value)
    assert "move the file and those of its name with -wal and -shm away" in str(damaged.value)
    assert "not API keys and webhooks" in str(damaged.value)
    assert "\n" not in str(damaged.value)


async def start_and_read(database: Database) -> None:
    await prepare_tables(database)
    await database.read(read_all)


def read_all(connection: Connection) -> None:
    for table in METADATA.sorted_tables:
        connection.execute(select(table)).all()


async def test_who_asks_knows_that_writes_are_refused_and_that_they_are_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever tried them, and also where nobody has anything to write any more."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 10)
    file = tmp_path / "gateway.db"
    async with open_database(f"sqlite:///{file}") as database:
        await prepare_tables(database)
        assert not database.refuses_writes
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DatabaseUnavailableError, match="locked"):
                await database.write(lambda _: None)
            assert database.refuses_writes
            other.rollback()
        assert database.refuses_writes
        assert await database.try_to_write()
        assert not database.refuses_writes
