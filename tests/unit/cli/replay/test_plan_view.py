"""What a plan is expected to take is told with what that rests on."""

from collections import Counter

import pytest

from services.cli.replay.plan_view import describe_plan, tell_duration
from services.replay.plan import Plan
from tests.unit.replay.past import Past
from tests.unit.replay.test_manifest import make_manifest


@pytest.mark.parametrize(
    ("job_s", "told"),
    [
        (4.25, "; a job took 4.2 s in the calls of these stages before"),
        (None, "; how long a job takes is not known"),
    ],
)
def test_a_duration_is_what_starting_takes_and_what_a_job_took(
    job_s: float | None, told: str
) -> None:
    past = Past()
    for number in range(1, 11):
        past.complete(number)
    plan = Plan(make_manifest(past), Counter(), (), (), job_s)
    assert tell_duration(plan) == f"2.0 s until all are started, at 5 a second{told}"
    described = describe_plan(plan, "of nobody")
    assert (described["startS"], described["jobS"]) == (2.0, job_s)
