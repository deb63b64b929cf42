"""The plan of `brainshare capacity`, turned around: what a setup carries at most, and why."""

from dataclasses import replace

import pytest

from services.cli.capacity.formula import plan_stage
from services.cli.capacity.load import Load
from tests.scale.prediction import TERMS, predict, read_load
from tests.scale.setup import Setup
from tests.scale.site import BODY


def load(call_s: float, retries: float = 0.0) -> Load:
    """A job of one call in each stage, which takes so long."""
    expected = read_load(BODY, ())
    stages = tuple(replace(s, calls=1.0, call_s=call_s, retries=retries) for s in expected.stages)
    return replace(expected, stages=stages)


@pytest.mark.parametrize(
    ("setup", "of", "per_s", "bound"),
    [
        (Setup(1), load(0.5), 4.0, "slots"),
        (Setup(4), load(0.5), 16.0, "slots"),
        (Setup(4, partitions=24, gateways=3), load(0.5), 16.0, "slots"),
        (Setup(1), load(0.5, retries=1.0), 2.0, "slots"),
        (Setup(4, calls_per_min=60), load(0.5), 4.0, "limit"),
        (Setup(1, calls_per_min=600), load(0.5), 4.0, "slots"),
        (Setup(1), load(0.001), 169.5, "cores"),
    ],
    ids=lambda value: str(value) if isinstance(value, Setup) else None,
)
def test_what_binds_first_is_what_is_carried(
    setup: Setup, of: Load, per_s: float, bound: str
) -> None:
    found = predict(setup, of)
    assert found.per_s == pytest.approx(per_s, abs=0.05)
    assert found.bound.split()[0] == bound


def test_the_plan_for_what_is_carried_fills_every_slot() -> None:
    setup, of = Setup(4), load(0.5)
    plan = plan_stage(predict(setup, of).per_s, of.stages[0], TERMS)
    assert plan.calls_under_way == pytest.approx(setup.slots)
