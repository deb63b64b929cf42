"""One connection to a database, on which tables of its own hide the live ones of the same names.

They are temporary: nobody else sees them, and they are gone with the connection, however it ends.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

from services.gateway.database.database import Connection, make_engine
from services.gateway.database.engine import IS_WRITER
from services.gateway.database.fault import translated

Do = Callable[..., Awaitable[Any]]
"""Runs a plain function, of the connection and what else it is given, in the transaction."""

T = TypeVar("T")

PATIENTLY = "SET LOCAL idle_in_transaction_session_timeout = 0"
"""Who only reads keeps nobody waiting, however long it thinks between two statements."""


class Workbench:
    """Runs plain functions as transactions of one connection, in a thread of its own."""

    def __init__(self, connection: Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    async def read(self, work: Callable[..., T], *told: object) -> T:
        """Run a function that reads the live tables, or changes those of its own."""
        async with self.transaction(is_writer=False) as do:
            answer: T = await do(work, *told)
        return answer

    async def write(self, work: Callable[..., T], *told: object) -> T:
        """Run a function that changes the live tables, or makes some of its own."""
        async with self.transaction(is_writer=True) as do:
            answer: T = await do(work, *told)
        return answer

    @asynccontextmanager
    async def transaction(self, *, is_writer: bool) -> AsyncIterator[Do]:
        """Several functions in one transaction: undone if the context is left by an error."""
        transaction = await self._hop(self._begin, is_writer)
        try:
            yield self._do
        except BaseException:
            await self._hop(transaction.rollback)
            raise
        await self._hop(transaction.commit)

    async def attach(self, file: Path, name: str) -> None:
        """Have another file at hand, under a name. It is made if it is not there."""
        await self._hop(self._attach, file, name)

    async def _do(self, work: Callable[..., T], *told: object) -> T:
        return await self._hop(work, self._connection, *told)

    def _begin(self, is_writer: bool) -> Any:
        self._connection.execution_options(**{IS_WRITER: is_writer})
        transaction = self._connection.begin()
        if not is_writer and self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(PATIENTLY)
        return transaction

    def _attach(self, file: Path, name: str) -> None:
        driver: Any = self._connection.connection.driver_connection
        driver.execute(f"ATTACH DATABASE ? AS {name}", (str(file),))

    async def _hop(self, work: Callable[..., T], *told: object) -> T:
        loop, context = asyncio.get_running_loop(), copy_context()
        with translated():
            return await loop.run_in_executor(self._thread, context.run, work, *told)


@asynccontextmanager
async def open_workbench(url: str) -> AsyncIterator[Workbench]:
    """Connect to a database.

    Raises:
        DatabaseUnavailableError: It does not answer.
    """
    engine, loop = make_engine(url, 1), asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "rebuild") as thread:
        try:
            with translated():
                connection = await loop.run_in_executor(thread, engine.connect)
            try:
                yield Workbench(connection, thread)
            finally:
                await loop.run_in_executor(thread, connection.invalidate)
                await loop.run_in_executor(thread, connection.close)
        finally:
            engine.dispose()
