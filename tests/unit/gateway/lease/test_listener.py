"""What one gateway has committed, the others hear, and themselves they do not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from services.gateway.database.database import Database
from services.gateway.lease import listener
from services.gateway.lease.listener import Listener
from services.gateway.lease.store import IDS_AT_A_TIME, announce

CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN brainshare%'"
)


@dataclass
class Ear:
    heard: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    gaps: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    def hear(self, job_ids: Sequence[str]) -> None:
        for job_id in job_ids:
            self.heard.put_nowait(job_id)

    def hear_gap(self) -> None:
        self.gaps.put_nowait(None)


@asynccontextmanager
async def listening(url: str, name: str) -> AsyncIterator[Ear]:
    ear = Ear()
    task = asyncio.create_task(Listener(url, name, ear.hear, ear.hear_gap).run())
    await ear.gaps.get()
    yield ear
    task.cancel()


async def test_others_are_heard_and_we_are_not(own: Database, database_url: str) -> None:
    async with listening(database_url, "a") as ear:
        await own.write(announce, "a", ["mine"])
        await own.write(announce, "b", ["first", "second"])
        assert [await ear.heard.get() for _ in range(2)] == ["first", "second"]


async def test_any_number_of_jobs_is_told(own: Database, database_url: str) -> None:
    wanted = [f"{number:036}" for number in range(IDS_AT_A_TIME * 2 + 1)]
    async with listening(database_url, "a") as ear:
        await own.write(announce, "b", wanted)
        assert [await ear.heard.get() for _ in wanted] == wanted


async def test_what_is_undone_is_not_told(own: Database, database_url: str) -> None:
    def fail(connection: object) -> None:
        announce(connection, "b", ["undone"])  # type: ignore[arg-type]
        raise ArithmeticError

    async with listening(database_url, "a") as ear:
        with pytest.raises(ArithmeticError):
            await own.write(fail)
        await own.write(announce, "b", ["done"])
        assert await ear.heard.get() == "done"


async def test_a_cut_connection_is_made_anew_and_the_gap_is_told(
    own: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "RETRY_S", 0)
    async with listening(database_url, "a") as ear:
        await own.write(lambda c: c.execute(CUT) and None)
        await ear.gaps.get()
        await own.write(announce, "b", ["again"])
        assert await ear.heard.get() == "again"
