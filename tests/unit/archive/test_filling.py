"""Topics that hold records are filled only as somebody said."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from schemas.stage import StageName
from services.archive.error import BrokenArchiveError, NotEmptyError, OtherTopicsError
from services.archive.filling import Told, plan_filling
from services.archive.folder import ArchiveFolder, open_archive
from services.archive.restore import NoTopics
from services.kafka import ConsumedRecord, Position
from tests.unit.archive.kept_logs import NAMES, KeptLogs
from tests.unit.archive.past_log import PLACES, empty_file, make_place

REQUESTS: Position = (NAMES.requests(StageName.TABLE), 0)


@dataclass
class Broker:
    """The topics that are to be filled."""

    logs: KeptLogs

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        return await self.logs.begin_offsets(), await self.logs.end_offsets()

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        found = self.logs.records.get(position, ())
        return next((record for record in found if record.offset == offset), None)


@pytest.fixture(params=PLACES)
async def folder(request: pytest.FixtureRequest, tmp_path: Path) -> ArchiveFolder:
    """An archive of three requests, the first at offset 2."""
    logs, folder = KeptLogs(), open_archive(make_place(request.param, tmp_path))
    for _ in range(5):
        logs.append(REQUESTS)
    logs.delete_before(REQUESTS, 2)
    await logs.back_up(folder)
    return folder


def hold(records: list[ConsumedRecord]) -> Broker:
    """A broker whose topics hold these requests."""
    logs = KeptLogs()
    for record in records:
        logs.append(REQUESTS, record.timestamp_ms, record.value or b"")
    return Broker(logs)


async def plan(folder: ArchiveFolder, broker: Any, told: Told) -> tuple[int, int, list[int]]:
    catalogue = folder.read()
    fillings = await plan_filling(catalogue, folder, "", broker, told)
    (found,) = [one for one in fillings if one.position == REQUESTS]
    return found.skipped, found.end, [record.offset for record in found.records(folder)]


def archived(folder: ArchiveFolder) -> list[ConsumedRecord]:
    (log,) = [log for log in folder.read().logs if log.records]
    return list(folder.records(log))


@pytest.mark.parametrize("broker", [NoTopics(), Broker(KeptLogs())])
@pytest.mark.parametrize("told", Told)
async def test_empty_topics_get_all(folder: ArchiveFolder, broker: Any, told: Told) -> None:
    assert await plan(folder, broker, told) == (0, 3, [2, 3, 4])


async def test_topics_that_hold_records_are_refused(folder: ArchiveFolder) -> None:
    with pytest.raises(NotEmptyError, match=r"table.requests \[0\] 1 of them"):
        await plan(folder, hold(archived(folder)[:1]), Told.REFUSE)


async def test_topics_whose_records_are_all_deleted_are_empty(folder: ArchiveFolder) -> None:
    broker = hold(archived(folder))
    broker.logs.delete_before(REQUESTS, 3)
    assert await plan(folder, broker, Told.REFUSE) == (0, 6, [2, 3, 4])


async def test_it_is_written_behind_what_is_there_where_that_was_said(
    folder: ArchiveFolder,
) -> None:
    assert await plan(folder, hold(archived(folder)[:1]), Told.APPEND) == (0, 4, [2, 3, 4])


@pytest.mark.parametrize("done", [1, 2, 3])
async def test_a_restore_that_was_cut_off_goes_on(folder: ArchiveFolder, done: int) -> None:
    found = await plan(folder, hold(archived(folder)[:done]), Told.GO_ON)
    assert found == (done, 3, [2, 3, 4][done:])


async def test_it_does_not_go_on_behind_other_records(folder: ArchiveFolder) -> None:
    records = archived(folder)
    for held in ([records[1]], [*records, records[0]]):
        with pytest.raises(OtherTopicsError, match="another record than the archive"):
            await plan(folder, hold(held), Told.GO_ON)


async def test_an_archive_that_is_not_as_it_was_written_is_refused_first(
    folder: ArchiveFolder,
) -> None:
    catalogue = folder.read()
    ((log, segment),) = catalogue.files()
    empty_file(folder, log, segment)
    with pytest.raises(BrokenArchiveError):
        folder.check_digests(catalogue)
