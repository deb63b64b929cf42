"""Locks by name: for as long as one is held, nobody else has it, in no gateway on these tables."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Protocol
from weakref import WeakValueDictionary

from services.gateway.database.database import Database, DatabaseUnavailableError
from services.gateway.lease.store import give_lock, take_lock

LOOK_S = 0.05


class Locks(Protocol):
    """Names that one at a time may have."""

    def hold(self, name: str) -> AbstractAsyncContextManager[None]:
        """Wait for a name, and have it while in the context."""
        ...


class LocalLocks:
    """Locks of one process."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """Wait for a name, and have it while in the context."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            yield


class SharedLocks:
    """Locks of all gateways on one server. That of a gateway which is gone is free within 3 s.

    A gateway that stood still for longer may find its lock with another: what it guards is such
    that doing it twice makes a duplicate record, which costs no call, and never two jobs.
    """

    def __init__(self, database: Database, gateway_id: str) -> None:
        self._database = database
        self._gateway_id = gateway_id
        self._here = LocalLocks()

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """Wait for a name, and have it while in the context."""
        async with self._here.hold(name):
            while not await self._database.write(take_lock, name, self._gateway_id):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_S)  # noqa: TID251
            try:
                yield
            finally:
                with suppress(DatabaseUnavailableError):  # it is taken again, or left, by its name
                    await self._database.write(give_lock, name, self._gateway_id)
