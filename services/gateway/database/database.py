"""The database: one writer thread and two readers, each transaction one hop into its thread."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError

__all__ = [
    "Connection",
    "Database",
    "DatabaseUnavailableError",
    "make_engine",
    "open_database",
]

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2
BUSY_TIMEOUT_MS = 5_000
IS_WRITER = "is_writer"


class DatabaseUnavailableError(Exception):
    """The database is locked, full or away. What it was asked is undone, and may be asked again."""


class Database:
    """Runs plain functions as transactions, off the event loop.

    There is one writer, since SQLite has one anyway: transactions then never wait for its lock.
    """

    def __init__(
        self, engine: Engine, writer: ThreadPoolExecutor, readers: ThreadPoolExecutor
    ) -> None:
        self._readable = engine
        self._writable = engine.execution_options(**{IS_WRITER: True})
        self._writer = writer
        self._readers = readers

    async def write(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function that changes rows: committed when this returns, undone if it raises."""

        def run() -> T:
            with self._writable.begin() as connection:
                return work(connection, *args, **kwargs)

        return await _hop(self._writer, run)

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function that reads one consistent state."""

        def run() -> T:
            with self._readable.begin() as connection:
                return work(connection, *args, **kwargs)

        return await _hop(self._readers, run)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open a database; on exit what is under way is finished. Its tables are as they are."""
    with (
        ThreadPoolExecutor(1, "gateway-write") as writer,
        ThreadPoolExecutor(READERS, "gateway-read") as readers,
    ):
        engine = make_engine(url)
        database = Database(engine, writer, readers)
        try:
            yield database
        finally:
            engine.dispose()


def make_engine(url: str) -> Engine:
    """Make an engine. It connects when it is first used."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


async def _hop(thread: ThreadPoolExecutor, run: Callable[[], T]) -> T:
    loop, context = asyncio.get_running_loop(), copy_context()
    try:
        return await loop.run_in_executor(thread, context.run, run)
    except (OperationalError, InterfaceError) as error:
        raise DatabaseUnavailableError(f"{type(error).__name__}: {error.orig}") from error


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver would begin transactions late, at the first write: _begin does it instead.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get(IS_WRITER)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
