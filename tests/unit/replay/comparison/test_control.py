"""A control is of the same jobs, and shows what one prompt and model disagree in by themselves."""

from typing import Any

import pytest

from services.replay.comparison.comparison import Comparison
from services.replay.comparison.control import ControlError, refuse_other_jobs
from services.replay.comparison.limit import passed_limits, read_limits
from services.replay.comparison.pair import Verdict
from services.replay.comparison.reading import ComparisonReading, read_control
from services.replay.manifest import Manifest
from services.replay.plan import plan_control
from services.replay.topic_reading import roles_read
from tests.factory import NOW
from tests.unit.replay.comparison.test_comparison import LACKING, Trial
from tests.unit.replay.past import NAMES

OLD, NEW = "column-4", "column-5"
JOBS = range(1, 101)


def read(trial: Trial, planned: Manifest) -> ComparisonReading:
    reading, roles = ComparisonReading(planned), roles_read(NAMES)
    for record in trial.past.records:
        reading.take(record, roles[record.topic])
    return reading


def make_trial() -> Trial:
    trial = Trial()
    for number in JOBS:
        trial.before(number, "Mass", prompt_version=OLD)
    trial.plan()
    return trial


class Run:
    """A replay of the new prompt, and a control."""

    def __init__(self, *, worse: int = 0) -> None:
        self.trial = make_trial()
        self.planned = self.trial.manifest
        for number in JOBS:
            missing = (LACKING,) if number <= worse else ()
            name = "Weight" if number <= worse else "Mass"
            self.trial.now(number, name, prompt_version=NEW, missing=missing)
        self.control = plan_control(self.planned, OLD, None, None, NOW)
        self.trial.manifest = self.control

    def answer(self, number: int, name: str = "Mass", prompt: str = OLD, **made: Any) -> None:
        """The control's answer."""
        self.trial.now(number, name, prompt_version=prompt, **made)

    def compare(self) -> Comparison:
        pairs = tuple(read(self.trial, self.planned).pairs())
        shown = read_control(self.planned, pairs, read(self.trial, self.control))
        return Comparison(self.planned, pairs, shown)


def test_it_is_of_the_same_records_under_ids_of_its_own() -> None:
    planned = make_trial().manifest
    control = plan_control(planned, OLD, "m-1", None, NOW)
    assert control.jobs == planned.jobs
    assert not control.by_replay.keys() & planned.by_replay.keys()
    assert (control.prompt_version, control.model, control.stage) == (OLD, "m-1", planned.stage)
    refuse_other_jobs(planned, control)


def test_a_sample_of_it_is_drawn_the_same_each_time_and_is_a_control_too() -> None:
    planned = make_trial().manifest
    one, other = (plan_control(planned, OLD, None, 10, NOW) for _ in range(2))
    assert len(one.jobs) == 10
    assert one.jobs == other.jobs
    refuse_other_jobs(planned, one)
    refuse_other_jobs(planned, plan_control(planned, OLD, None, 1_000, NOW))


def test_the_manifest_itself_and_one_of_other_jobs_are_no_control() -> None:
    planned = make_trial().manifest
    with pytest.raises(ControlError, match="is the manifest itself"):
        refuse_other_jobs(planned, planned)
    others = Trial()
    others.before(7_000, "Mass")
    others.plan()
    with pytest.raises(ControlError, match=r"of other jobs \(1 of 1\)"):
        refuse_other_jobs(planned, plan_control(others.manifest, OLD, None, None, NOW))


@pytest.mark.parametrize(("prompt", "is_of_before"), [(OLD, True), (NEW, False)])
def test_it_is_paired_with_the_side_of_the_same_prompt(prompt: str, is_of_before: bool) -> None:
    run = Run()
    for number in JOBS:
        run.answer(number, prompt=prompt)
    control = run.compare().control
    assert control is not None
    assert control.is_of_before == is_of_before
    assert (len(control.verdicts), control.missing, control.others) == (100, 0, 0)


def test_answers_of_a_third_prompt_show_no_noise_and_pass_nothing() -> None:
    run = Run()
    for number in JOBS:
        run.answer(number, prompt="column-6")
    found = run.compare()
    assert found.control is not None
    assert found.control.others == 100
    assert passed_limits(found, read_limits("worse>2%")) == [
        "no answer of the control is of the prompt and model of the other side"
    ]


def test_what_is_missing_of_the_control_passes_nothing() -> None:
    run = Run()
    for number in JOBS[1:]:
        run.answer(number)
    assert passed_limits(run.compare(), read_limits("worse>2%")) == [
        "1 answers of the control are missing"
    ]


@pytest.mark.parametrize(
    ("limits", "worse", "noisy", "passed"),
    [
        ("worse>2%", 3, 0, []),
        ("worse>2%", 30, 0, ["worse>2%: worse is 30.0%"]),
        ("worse>2%", 30, 25, []),
        ("same<90% or cells>5", 30, 0, ["same<90%: same is 70.0%", "cells>5: cells is 30"]),
        ("same<90% or cells>5", 30, 25, []),
        ("same>10%", 30, 0, []),
        ("worse>2% or cost>-1%", 0, 0, ["cost>-1%: cost is +0.0%"]),
    ],
)
def test_a_limit_on_answers_is_passed_by_what_is_outside_of_the_noise(
    limits: str, worse: int, noisy: int, passed: list[str]
) -> None:
    run = Run(worse=worse)
    for number in JOBS:
        is_odd = number > len(JOBS) - noisy
        run.answer(number, "Weight" if is_odd else "Mass", missing=(LACKING,) if is_odd else ())
    assert passed_limits(run.compare(), read_limits(limits)) == passed


def test_without_a_control_nothing_is_called() -> None:
    run = Run(worse=30)
    alone = Comparison(run.planned, run.compare().pairs)
    assert (alone.judgements, alone.called) == ((), ())


def test_five_counts_add_up_to_all() -> None:
    whole = Run(worse=30).compare().of(None)
    four = (Verdict.BETTER, Verdict.WORSE, Verdict.FAILING, Verdict.MISSING)
    assert whole.neutral == 70
    assert whole.neutral + sum(whole.counts[verdict] for verdict in four) == whole.total == 100
