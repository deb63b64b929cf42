"""Slices of time: every record once, and those of a job together."""

import pytest

from services.gateway.aside.slices import Slices
from tests.unit.gateway.aside.mixed import KINDS, STEP_MS, LogReader, make_log
from tests.unit.gateway.example import NOW_MS, ROLES


@pytest.mark.parametrize("records", [1, 10, 1_000])
async def test_every_record_is_given_once_in_the_order_of_time(records: int) -> None:
    log = make_log(3 * KINDS)
    reader = LogReader(log)
    begin = await reader.begin_offsets()
    await reader.seek(begin)
    slices = Slices(reader, ROLES, begin, NOW_MS + len(log) * STEP_MS, records)
    parts = [part async for part in slices.read(await reader.end_offsets())]
    given = [record for part in parts for record in part]
    assert given == sorted(log, key=lambda record: record.timestamp_ms)
    assert max(map(len, parts)) <= 2 * records
    assert slices.places == await reader.end_offsets()


async def test_records_of_a_broker_whose_clock_is_ahead_are_given_too() -> None:
    log = make_log(KINDS)
    reader = LogReader(log)
    begin = await reader.begin_offsets()
    await reader.seek(begin)
    slices = Slices(reader, ROLES, begin, NOW_MS - 1, 1)
    parts = [part async for part in slices.read(await reader.end_offsets())]
    assert sum(map(len, parts)) == len(log)


async def test_what_was_undone_is_given_again() -> None:
    log = make_log(KINDS)
    reader = LogReader(log)
    begin = await reader.begin_offsets()
    await reader.seek(begin)
    slices = Slices(reader, ROLES, begin, NOW_MS + len(log) * STEP_MS, 10)
    first = [record async for part in slices.read(await reader.end_offsets()) for record in part]
    await slices.go_back(begin)
    again = [record async for part in slices.read(await reader.end_offsets()) for record in part]
    assert (first, len(again)) == (again, len(log))
