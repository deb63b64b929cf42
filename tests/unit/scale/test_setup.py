"""Each setup is measured once, with so many jobs that it is full while it is timed."""

import pytest

from tests.scale.load import Amount
from tests.scale.measure import choose_amount
from tests.scale.setup import PARTS, WORKERS, Setup, choose_setups


def test_what_several_parts_want_is_measured_once() -> None:
    chosen = choose_setups(tuple(PARTS))
    assert len(chosen) == len(set(chosen)) == 8
    assert chosen[: len(WORKERS)] == [*WORKERS]


def test_a_part_that_measures_no_throughput_needs_no_setup() -> None:
    assert choose_setups(("restart",)) == []


@pytest.mark.parametrize(
    ("setup", "amount"),
    [
        (Setup(1), Amount(under_way=36, warm=18, counted=80)),
        (Setup(4), Amount(under_way=144, warm=72, counted=320)),
        # Of the first minute's 240 calls, made at once, the last begins after 20 s.
        (Setup(4, calls_per_min=60), Amount(under_way=144, warm=464, counted=80)),
    ],
    ids=str,
)
def test_the_slots_are_full_for_so_many_seconds(setup: Setup, amount: Amount) -> None:
    assert choose_amount(setup, seconds=20) == amount
