"""The proof fails where a job is lost, a call is repeated, or less is carried than was planned."""

import pytest

from tests.scale.prediction import Prediction
from tests.scale.setup import Setup
from tests.scale.verdict import Measured, Restart, Rolled, judge


def carried(setup: Setup, per_s: float, predicted: float | None = None, **of: object) -> Measured:
    """What a setup has carried, well but for some things."""
    usual = {"posted": 100, "completed": 100, "repeated": 0}
    foreseen = Prediction(per_s if predicted is None else predicted, "slots of row")
    return Measured(setup, foreseen, per_s, **(usual | of))  # type: ignore[arg-type]


ONE, TWO, FOUR = Setup(1), Setup(2), Setup(4)
LIMITED, WIDE = Setup(4, calls_per_min=60), Setup(4, partitions=24)
THROUGH_ONE, THROUGH_THREE = Setup(2, gateways=1), Setup(2, gateways=3)


@pytest.mark.parametrize(
    ("measured", "failures"),
    [
        ([carried(ONE, 4.0), carried(TWO, 7.6), carried(FOUR, 14.0)], []),
        ([carried(ONE, 4.0), carried(FOUR, 12.0)], ["12.0 jobs/s, and 16.0 were due by 1 worker"]),
        ([carried(ONE, 4.0), carried(LIMITED, 4.0)], []),
        ([carried(FOUR, 16.0), carried(WIDE, 12.0)], ["12.0 jobs/s, and 16.0 were due by 4 work"]),
        ([carried(FOUR, 16.0), carried(THROUGH_ONE, 7.0)], []),
        ([carried(THROUGH_ONE, 8.0), carried(THROUGH_THREE, 6.0)], ["8.0 were due by 2 workers"]),
        ([carried(ONE, 4.7, 4.0)], []),
        ([carried(ONE, 5.0, 4.0)], ["5.0 jobs/s, and 4.0 were predicted (+25%)"]),
        ([carried(ONE, 3.0, 4.0)], ["3.0 jobs/s, and 4.0 were predicted (-25%)"]),
        ([carried(ONE, 4.0, completed=99)], ["99 of 100 jobs completed"]),
        ([carried(ONE, 4.0, repeated=2)], ["2 calls were made again"]),
        ([carried(ONE, 4.0, shown={"a": 100, "b": 98})], ["b shows 98 of 100 jobs as completed"]),
    ],
)
def test_what_the_proof_fails_for(measured: list[Measured], failures: list[str]) -> None:
    found = judge(measured, None)
    assert len(found) == len(failures)
    assert all(told in failure for told, failure in zip(failures, found, strict=True))


def rolled(**of: object) -> Rolled:
    """Restarts under load that went well but for some things."""
    restarts = [Restart("row-agent", 2, 5.0), Restart("kafka", 3, 9.0)]
    usual = {"restarts": restarts, "posted": 9, "completed": 9, "repeated": 5, "cut": 1}
    return Rolled(**({"refused": {}} | usual | of))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "failures"),
    [
        (rolled(), []),
        (rolled(completed=8), ["restarts: 8 of 9 jobs completed"]),
        (rolled(repeated=6), ["restarts: 6 calls made again, 5 were under way"]),
        (rolled(refused={503: 2}), ["restarts: 2 posts were answered with 503"]),
    ],
    ids=["well", "lost", "repeated", "refused"],
)
def test_restarts_lose_nothing_and_repeat_what_was_under_way(
    after: Rolled, failures: list[str]
) -> None:
    assert judge([], after) == failures
