"""The gateway's own errors reach the tables once, and wait while the database is away."""

from datetime import timedelta

import pytest

from services.gateway.database.database import Database, DatabaseUnavailableError
from services.gateway.error_group.keeper import KEPT, ErrorKeeper
from services.gateway.error_group.own_error import ErrorBook
from services.gateway.error_group.store import list_groups
from services.telemetry.metric import ERROR_GROUPS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import NOW, letter_of


async def test_counts_of_several_gateways_add_up(gateway: Gateway) -> None:
    books = [ErrorBook(lambda: NOW), ErrorBook(lambda: NOW)]
    for book in books:
        for _ in range(3):
            book.note("request_failed", "ValueError")
        await ErrorKeeper(gateway.database, book, lambda: NOW).write()
        await ErrorKeeper(gateway.database, book, lambda: NOW).write()
    (group,) = await gateway.database.read(list_groups, None)
    assert (group.count, group.kind, group.message) == (6, "request_failed", "ValueError")
    assert group.release


async def test_what_could_not_be_written_is_written_later(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = ErrorBook(lambda: NOW)
    keeper = ErrorKeeper(gateway.database, book, lambda: NOW)
    book.note("request_failed", "")

    async def away(*_: object) -> None:
        raise DatabaseUnavailableError("away")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", away)
        with pytest.raises(DatabaseUnavailableError):
            await keeper.write()
    await keeper.write()
    (group,) = await gateway.database.read(list_groups, None)
    assert group.count == 1


async def test_what_was_not_seen_for_long_is_forgotten(gateway: Gateway) -> None:
    book, moments = ErrorBook(lambda: NOW), [NOW]
    keeper = ErrorKeeper(gateway.database, book, lambda: moments[-1])
    book.note("old", "")
    await keeper.write()
    moments.append(NOW + KEPT + timedelta(days=1))
    later = ErrorBook(lambda: moments[-1])
    later.note("new", "")
    await ErrorKeeper(gateway.database, later, lambda: moments[-1]).write()
    assert [g.kind for g in await gateway.database.read(list_groups, None)] == ["new"]


async def test_how_many_groups_there_are_is_exported(gateway: Gateway) -> None:
    await gateway.project(letter_of(0, 0), letter_of(1, 1, error_message="else"))
    await ErrorKeeper(gateway.database, ErrorBook(lambda: NOW), lambda: NOW).write()
    told = {s.labels["state"]: s.value for f in ERROR_GROUPS.collect() for s in f.samples}
    assert told == {"open": 2, "resolved": 0, "regressed": 0, "muted": 0}
