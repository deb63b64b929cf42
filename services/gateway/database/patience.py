"""Waits for a database that is busy, full or away, for as long as that takes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.gateway.database.database import DatabaseUnavailableError

RETRY_S = 1.0

T = TypeVar("T")


async def wait_for_database(
    ask: Callable[[], Awaitable[T]], tell: Callable[[DatabaseUnavailableError], None]
) -> T:
    """Ask until there is an answer.

    Args:
        tell: Told each time that there is none.
    """
    while True:
        try:
            return await ask()
        except DatabaseUnavailableError as error:
            tell(error)
            await asyncio.sleep(RETRY_S)  # noqa: TID251 - the database's time to recover
