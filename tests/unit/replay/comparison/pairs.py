"""Comparisons of suggestions that a test has written down."""

from typing import Any

from pydantic_core import to_json

from schemas.stage import StageName
from services.replay.answer import Answer
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.pair import Pair
from tests.unit.replay.comparison.test_comparison import LACKING, Trial
from tests.unit.replay.comparison.test_control import JOBS, Run
from tests.unit.replay.past import job_id


def make_answer(suggestion: Any, **fields: Any) -> Answer:
    """An answer that a stage has given."""
    told: dict[str, Any] = {
        "prompt_version": "column-4",
        "model": "m-1",
        "lacking": 0,
        "warnings": 0,
    }
    told |= {"tokens": 110, "cost_usd": 0.5, "latency_s": 2.0}
    return Answer(suggestion=to_json(suggestion), **(told | fields))


def compare(before: Any, now: Any, **fields: Any) -> Comparison:
    """One job, answered so before and now; None where a side has failed."""
    trial = Trial()
    trial.before(1, "Mass")
    trial.plan()
    sides = [None if said is None else make_answer(said, **fields) for said in (before, now)]
    pair = Pair(job_id(1), StageName.COLUMN, sides[0], sides[1], has_failed=now is None)
    return Comparison(trial.manifest, (pair,))


def compare_beside_control(worse: int) -> Comparison:
    """A replay with so many worse answers beside a control that has one."""
    run = Run(worse=worse)
    for number in JOBS:
        is_odd = number == len(JOBS)
        run.answer(number, "Weight" if is_odd else "Mass", missing=(LACKING,) if is_odd else ())
    return run.compare()
