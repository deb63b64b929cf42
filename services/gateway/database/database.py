"""The database: threads that write and threads that read, each transaction one hop into one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from services.gateway.database.engine import IS_WRITER, make_engine
from services.gateway.database.fault import (
    DamagedDatabaseError,
    DatabaseUnavailableError,
    UnusableDatabaseError,
    translated,
)
from services.gateway.database.url import is_postgresql
from services.telemetry.log import get_log

__all__ = [
    "Connection",
    "Database",
    "DatabaseUnavailableError",
    "UnusableDatabaseError",
    "make_engine",
    "open_database",
]

log = get_log()

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """Runs plain functions as transactions, off the event loop.

    SQLite has one writer anyway, so there is one thread that writes: transactions then never wait
    for its lock. PostgreSQL has many, here and in other gateways, and locks rows.

    Attributes:
        is_shared: Whether other gateways may use it at the same time.
        is_damaged: Whether a part of it was found that cannot be read.
        refuses_writes: Whether the last one that was tried could not be made.
    """

    def __init__(
        self,
        engine: Engine,
        writers: ThreadPoolExecutor,
        readers: ThreadPoolExecutor,
        *,
        is_shared: bool = False,
    ) -> None:
        self._readable = engine
        self._writable = engine.execution_options(**{IS_WRITER: True})
        self._writers = writers
        self._readers = readers
        self.is_shared = is_shared
        self.is_damaged = False
        self.refuses_writes = False

    async def write(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function that changes rows: committed when this returns, undone if it raises."""

        def run() -> T:
            with self._writable.begin() as connection:
                return work(connection, *args, **kwargs)

        try:
            done = await self._hop(self._writers, run)
        except DatabaseUnavailableError:
            self.refuses_writes = True
            raise
        self.refuses_writes = False
        return done

    async def try_to_write(self) -> bool:
        """Whether it takes writes, after one that changes nothing."""
        await self.write(lambda _: None)
        return not self.refuses_writes

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function that reads one consistent state."""

        def run() -> T:
            with self._readable.begin() as connection:
                return work(connection, *args, **kwargs)

        return await self._hop(self._readers, run)

    async def _hop(self, thread: ThreadPoolExecutor, run: Callable[[], T]) -> T:
        loop, context = asyncio.get_running_loop(), copy_context()
        try:
            with translated():
                return await loop.run_in_executor(thread, context.run, run)
        except DamagedDatabaseError as error:
            if not self.is_damaged:
                log.critical("database_damaged", reason=str(error))
            self.is_damaged = True
            raise


@asynccontextmanager
async def open_database(url: str, pool_size: int = 2) -> AsyncIterator[Database]:
    """Open a database; on exit what is under way is finished. Its tables are as they are.

    Args:
        pool_size: The most connections to a PostgreSQL server, half of them to write.
    """
    is_shared = is_postgresql(url)
    writers = max(1, pool_size // 2) if is_shared else 1
    readers = max(1, pool_size - writers) if is_shared else 2
    engine = make_engine(url, writers + readers)
    try:
        with (
            ThreadPoolExecutor(writers, "gateway-write") as write_pool,
            ThreadPoolExecutor(readers, "gateway-read") as read_pool,
        ):
            yield Database(engine, write_pool, read_pool, is_shared=is_shared)
    finally:
        # Behind the threads: a connection that is in use now would be left open.
        engine.dispose()
