"""A database is opened by many at once, and closed with nothing left behind."""

import asyncio
import gc
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Event

from sqlalchemy import Connection, text

from services.gateway.database.database import make_engine, open_database
from services.gateway.database.engine import IS_WRITER

AT_ONCE = 8


def test_many_who_open_a_new_file_at_once_are_all_served(tmp_path: Path) -> None:
    for number in range(40):
        barrier = Barrier(AT_ONCE)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            opened = [
                pool.submit(_open, f"sqlite:///{tmp_path}/{number}.db", barrier)
                for _ in range(AT_ONCE)
            ]
            assert [one.result() for one in opened] == ["wal"] * AT_ONCE


async def test_a_read_that_nobody_waits_for_any_more_leaves_no_connection_open(
    server_url: str,
) -> None:
    is_reading = Event()

    def read(connection: Connection) -> None:
        is_reading.set()
        connection.execute(text("SELECT pg_sleep(0.3)"))

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        async with open_database(server_url) as database:
            reading = asyncio.create_task(database.read(read))
            await asyncio.to_thread(is_reading.wait, 10)
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
        gc.collect()
    assert [str(one.message) for one in said if one.category is ResourceWarning] == []


def _open(url: str, barrier: Barrier) -> str:
    engine = make_engine(url)
    barrier.wait()
    try:
        with engine.execution_options(**{IS_WRITER: True}).begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS made (number INTEGER)"))
            return str(connection.execute(text("PRAGMA journal_mode")).scalar_one())
    finally:
        engine.dispose()
