"""Faults of a soak are planted once and always taken away."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.operation.soak.plan import Kind, Planned
from tests.operation.soak.run import Run
from tests.operation.soak.site import Site

SITE = cast(Site, SimpleNamespace(complaints=[]))


class Recorded:
    """A fault that notes what is done with it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.done: list[str] = []
        self._error = error

    @contextmanager
    def plant(self, site: Site, chance: random.Random) -> Iterator[str]:
        self.done.append("tried")
        if self._error:
            raise self._error
        yield "target"
        self.done.append("ended")

    def planned(self, at_s: float, until_s: float) -> Planned:
        return Planned(Kind("kind", self.plant), "lane", at_s, until_s, f"seed {id(self)}")


def carry_out(*planned: Planned) -> tuple[Run, list[str]]:
    said: list[str] = []
    run = Run(SITE, said.append)
    run.carry_out([*planned], 0.03)
    return run, said


@pytest.mark.parametrize("until_s", [0.0, 0.02])
def test_a_fault_is_planted_once_said_and_ended(until_s: float) -> None:
    fault = Recorded()
    run, [line] = carry_out(fault.planned(0.0, until_s))
    assert fault.done == ["tried", "ended"]
    assert "kind: target" in line
    assert [p.ended_at < float("inf") for p in run.planted] == [True]


def test_what_cannot_be_planted_is_said_and_not_tried_again() -> None:
    fault = Recorded(OSError("away"))
    run, [line] = carry_out(fault.planned(0.0, 0.02))
    assert fault.done == ["tried"]
    assert "could not be" in line
    assert (run.planted, run.missed) == ([], ["kind"])


def test_whatever_ends_a_run_no_fault_is_left_on() -> None:
    fault, broken = Recorded(), Recorded(cast(Any, AssertionError("no stack runs")))
    with pytest.raises(AssertionError):
        carry_out(fault.planned(0.0, 0.03), broken.planned(0.01, 0.02))
    assert fault.done == ["tried", "ended"]
