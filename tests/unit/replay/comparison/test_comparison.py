"""What has become of each answer: six counts that add up to all."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from schemas.job.check import CheckAction, CheckOutcome, Missing, MissingPart, Severity
from schemas.job.record import StageRecord, Usage
from schemas.job.replay import Replay
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.limit import passed_limits, read_limits
from services.replay.comparison.pair import Verdict
from services.replay.comparison.reading import ComparisonReading
from services.replay.replay_record import write_replay
from services.replay.topic_reading import roles_read
from tests.factory import NOW, make_column_suggestions, make_provenance
from tests.unit.replay.past import NAMES, Past, job_id
from tests.unit.replay.test_manifest import make_manifest

TABLE, COLUMN, ROW = StageName
LACKING = Missing(what=MissingPart.COLUMNS, asked=5, given=3)
DOUBTFUL = CheckOutcome(
    id="C01", action=CheckAction.FLAGGED, severity=Severity.WARNING, where="", message="Odd."
)
COST: dict[str, Any] = {"cost_usd": 0.5, "latency_s": 2.0}


@dataclass
class Trial:
    """Jobs that have answered, or failed, in their columns; and their replays."""

    past: Past = field(default_factory=Past)

    def before(self, number: int, *names: str, **made: Any) -> None:
        """A job of columns alone."""
        self._answer(self.past.post(number, stages=["column"]), names, COST | made)

    def failed_before(self, number: int) -> None:
        self.past.fail(self.past.post(number, stages=["column"]), COLUMN)

    def plan(self) -> None:
        self.manifest = make_manifest(self.past)

    def now(self, number: int, *names: str, **made: Any) -> None:
        """The answer of its replay."""
        self._answer(self._replay(number), names, COST | made)

    def fails_now(self, number: int) -> None:
        self.past.fail(self._replay(number), COLUMN)

    def compare(self) -> Comparison:
        reading, roles = ComparisonReading(self.manifest), roles_read(NAMES)
        for record in self.past.records:
            reading.take(record, roles[record.topic])
        return Comparison(self.manifest, tuple(reading.pairs()))

    def verdicts(self) -> dict[Verdict, int]:
        return dict(self.compare().of(None).counts)

    def _replay(self, number: int) -> StageRecord:
        planned = next(job for job in self.manifest.jobs if job.job_id == job_id(number))
        offset = planned.source.offset
        source = next(r for r in self.past.records if r.offset == offset)
        replay = self.manifest.id_of(planned)
        mark = Replay(replay_id=self.manifest.replay_id, source_job_id=planned.job_id)
        value = write_replay(source.value or b"", planned, replay, mark, NOW)
        record = StageRecord.from_json(value)
        self.past.publish(NAMES.requests(COLUMN), record, Headers())
        return record

    def _answer(self, record: StageRecord, names: tuple[str, ...], made: Any) -> None:
        told = {"model": "m-1", "calls": 1, "prompt_version": "column-4"}
        usage = Usage(input_tokens=100, output_tokens=10)
        provenance = make_provenance(**(told | {"usage": usage} | made))
        whole = record.with_result(COLUMN, make_column_suggestions(*names), provenance)
        self.past.publish(NAMES.suggestions(COLUMN), whole)


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ({}, {}, Verdict.CHANGED),
        ({"missing": (LACKING,)}, {}, Verdict.BETTER),
        ({}, {"missing": (LACKING,)}, Verdict.WORSE),
        ({"checks": (DOUBTFUL,)}, {}, Verdict.BETTER),
        ({}, {"checks": (DOUBTFUL,)}, Verdict.WORSE),
        ({"checks": (DOUBTFUL,)}, {"missing": (LACKING,)}, Verdict.WORSE),
    ],
)
def test_another_answer_is_judged_by_the_checks(
    before: dict[str, Any], now: dict[str, Any], verdict: Verdict
) -> None:
    trial = Trial()
    trial.before(1, "Mass", **before)
    trial.plan()
    trial.now(1, "Weight", **now)
    assert trial.verdicts() == {verdict: 1}


def test_the_same_answer_is_the_same_whatever_it_took() -> None:
    trial = Trial()
    trial.before(1, "Mass")
    trial.plan()
    trial.now(1, "Mass", checks=(DOUBTFUL,), cost_usd=9.0)
    assert trial.verdicts() == {Verdict.SAME: 1}


def make_trial() -> Trial:
    """One of each: same, changed, better, failing, missing, failed as before, answered at last."""
    trial = Trial()
    for number in (1, 2, 3, 4, 5):
        trial.before(number, "Mass", missing=(LACKING,) if number == 3 else ())
    trial.failed_before(6)
    trial.failed_before(7)
    trial.plan()
    trial.now(1, "Mass")
    trial.now(2, "Weight", cost_usd=1.0)
    trial.now(3, "Weight")
    trial.fails_now(4)
    trial.fails_now(6)
    trial.now(7, "Mass")
    return trial


def test_the_counts_add_up_to_all_and_what_is_missing_is_among_them() -> None:
    assert make_trial().verdicts() == {
        Verdict.SAME: 2,
        Verdict.CHANGED: 1,
        Verdict.BETTER: 2,
        Verdict.FAILING: 1,
        Verdict.MISSING: 1,
    }
    whole = make_trial().compare().of(None)
    assert whole.total == len(make_trial().manifest.jobs) == 7


def test_it_says_what_it_took_over_those_that_answered_twice() -> None:
    whole = make_trial().compare().of(COLUMN)
    assert (whole.cost.before, whole.cost.now) == (1.5, 2.0)
    assert (whole.tokens.before, whole.tokens.now) == (330, 330)
    assert (whole.latency.before, whole.latency.now) == (2.0, 2.0)
    assert whole.cells == 2


def test_what_was_taken_over_says_nothing_of_what_an_answer_takes() -> None:
    """It took nothing now, and would have taken as much as before."""
    trial = Trial()
    trial.before(1, "Mass")
    trial.before(2, "Mass")
    trial.plan()
    trial.now(1, "Mass", cost_usd=0.25, latency_s=1.0)
    trial.now(2, "Mass", cost_usd=0.0, latency_s=0.0, calls=0, reused_from=job_id(2))
    whole = trial.compare().of(COLUMN)
    assert (whole.cost.before, whole.cost.now) == (0.5, 0.25)
    assert (whole.latency.before, whole.latency.now) == (2.0, 1.0)
    assert whole.counts[Verdict.SAME] == 2


def test_a_cost_that_is_not_known_of_one_is_not_known_of_all() -> None:
    trial = Trial()
    trial.before(1, "Mass", cost_usd=None)
    trial.plan()
    trial.now(1, "Mass")
    assert trial.compare().of(None).cost.change is None
    assert passed_limits(trial.compare(), read_limits("cost>+10%")) == [
        "cost>+10%: cost is not known"
    ]


def test_a_job_whose_answer_of_before_is_gone_is_missing() -> None:
    trial = make_trial()
    place = trial.manifest.jobs[0].baseline
    assert place is not None
    trial.past.records = [r for r in trial.past.records if r.offset != place.offset]
    assert trial.verdicts()[Verdict.MISSING] == 2


def test_stages_behind_one_that_fails_are_failing_too() -> None:
    past = Past()
    past.complete(1)
    trial = Trial(past)
    trial.plan()
    trial.fails_now(1)
    assert trial.verdicts() == {Verdict.FAILING: 2}


def test_an_answer_of_another_prompt_than_was_planned_is_told() -> None:
    trial = Trial()
    trial.before(1, "Mass")
    trial.plan()
    trial.now(1, "Mass", prompt_version="column-5")
    assert trial.compare().of(None).others == 1


@pytest.mark.parametrize(
    ("limits", "passed"),
    [
        ("worse>2%", []),
        ("failing>0", ["failing>0: failing is 1"]),
        ("failing>14.3%", []),
        ("failing>14.2%", ["failing>14.2%: failing is 14.3%"]),
        ("worse>=0", ["worse>=0: worse is 0"]),
        ("cost>+10%", ["cost>+10%: cost is +33.3%"]),
        ("cost>40%", []),
        ("same<99% or latency > 0%", ["same<99%: same is 28.6%"]),
        ("cells>1,tokens>+0%", ["cells>1: cells is 2"]),
    ],
)
def test_limits_are_kept_to_and_what_is_missing_never_passes(
    limits: str, passed: list[str]
) -> None:
    found = passed_limits(make_trial().compare(), read_limits(limits))
    assert found == ["1 of 7 answers are missing", *passed]


@pytest.mark.parametrize(
    "text", ["", "worse", "worse>", "worst>2%", "worse>2%%", "cost>1", "cells>2%", "worse>2% and"]
)
def test_what_is_no_limit_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is no limit"):
        read_limits(text)
