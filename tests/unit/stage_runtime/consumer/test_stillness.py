"""When a stage stands still for no reason that it knows of."""

from typing import Any

import pytest

from services.stage_runtime.consumer.stillness import StageStillness

STUCK: dict[str, Any] = {"waiting": 30, "calls": 0, "moved": 137, "is_parked": False}


class Case:
    """A guard with a limit of 60 s, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.guard = StageStillness(60.0, lambda: self.now)

    def look(self, seconds: float, **seen: Any) -> str | None:
        self.now += seconds
        return self.guard.find_fault(**(STUCK | seen))


def test_records_that_wait_while_nothing_moves_are_a_fault_that_says_what_was_seen() -> None:
    case = Case()
    assert case.look(0) is None
    assert case.look(60) is None
    fault = case.look(1)
    assert fault is not None
    assert "30 records wait" in fault
    assert "60 s" in fault


@pytest.mark.parametrize(
    "seen", [{"waiting": 0}, {"calls": 1}, {"is_parked": True}, {"moved": 138}]
)
def test_whatever_moves_or_has_a_reason_begins_the_time_anew(seen: dict[str, Any]) -> None:
    case = Case()
    case.look(0)
    assert case.look(1_000, **seen) is None
    moved = {"moved": seen["moved"]} if "moved" in seen else {}
    assert case.look(60, **moved) is None
    assert case.look(1, **moved) is not None
