"""When the projection stands still for no reason that it knows of."""

from dataclasses import dataclass

import pytest

from services.gateway.operation.stillness_guard import StillnessGuard
from services.lifecycle.stillness import Stillness
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import request


@dataclass
class FakeProjection:
    """Stands with 30 records that wait, unless told otherwise."""

    moved: int = 7
    waiting: int = 30
    waits_for_database: bool = False
    is_broker_away: bool = False

    @property
    def tables(self) -> "FakeProjection":
        return self

    async def measure_own_lag(self) -> int:
        if self.is_broker_away:
            raise ConnectionError("no broker")
        return self.waiting


class Case:
    """A guard with a limit of 60 s, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.projection = FakeProjection()
        self.guard = StillnessGuard(self.projection, Stillness(60.0, lambda: self.now))

    async def look(self, seconds: float) -> str | None:
        self.now += seconds
        await self.guard.look()
        return self.guard.find_fault()


async def test_records_that_wait_while_nothing_is_folded_are_a_fault_that_says_what_was_seen() -> (
    None
):
    case = Case()
    assert [await case.look(30) for _ in range(3)] == [None] * 3
    fault = await case.look(1)
    assert fault is not None
    assert "30 records wait" in fault
    assert "60 s" in fault


@pytest.mark.parametrize(
    "reason",
    [{"waiting": 0}, {"waits_for_database": True}, {"is_broker_away": True}, {"moved": 8}],
)
async def test_whatever_moves_or_has_a_reason_begins_the_time_anew(
    reason: dict[str, int | bool],
) -> None:
    case = Case()
    await case.look(0)
    for name, value in reason.items():
        setattr(case.projection, name, value)
    assert await case.look(1_000) is None
    case.projection = FakeProjection(moved=case.projection.moved)
    case.guard._projection = case.projection
    assert await case.look(60) is None
    assert await case.look(1) is not None


async def test_a_gap_at_the_end_of_a_log_is_no_record_that_waits(gateway: Gateway) -> None:
    """Compaction and retention leave offsets that no record has any more."""
    await gateway.project(request(0))
    gateway.reader.records.append(request(5))
    waiting = await gateway.projector.measure_own_lag()
    await gateway.reader.seek(await gateway.reader.end_offsets())
    assert (waiting, await gateway.projector.measure_own_lag()) == (5, 0)


async def test_what_is_folded_counts_as_moved(gateway: Gateway) -> None:
    before = gateway.projector.tables.moved
    await gateway.project(request(0))
    assert gateway.projector.tables.moved > before
