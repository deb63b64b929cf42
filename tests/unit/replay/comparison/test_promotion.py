"""Which results of a replay are promoted, by what the checks say of their answers: a table."""

import pytest

from services.replay.comparison.promotion import DEFAULT_RULE, choose, read_rule
from tests.unit.replay.comparison.test_comparison import DOUBTFUL, Trial
from tests.unit.replay.past import job_id

SAME, CHANGED, BETTER, WORSE, FAILING, MISSING, FAILS_AGAIN = range(1, 8)


@pytest.fixture
def trial() -> Trial:
    """A job of each verdict, and one that fails again."""
    trial = Trial()
    for number in (SAME, CHANGED, WORSE, FAILING, MISSING):
        trial.before(number, "Moons")
    trial.before(BETTER, "Moons", checks=(DOUBTFUL,))
    trial.failed_before(FAILS_AGAIN)
    trial.plan()
    trial.now(SAME, "Moons")
    trial.now(CHANGED, "Rings")
    trial.now(BETTER, "Rings")
    trial.now(WORSE, "Rings", checks=(DOUBTFUL,))
    trial.fails_now(FAILING)
    trial.fails_now(FAILS_AGAIN)
    return trial


RULES = [
    (DEFAULT_RULE, {SAME, CHANGED, BETTER}),
    ("better", {BETTER}),
    ("better or changed", {BETTER, CHANGED}),
    ("same, better", {SAME, BETTER}),
    ("not changed", {SAME, BETTER, WORSE}),
    ("any", {SAME, CHANGED, BETTER, WORSE}),
]


@pytest.mark.parametrize(("rule", "expected"), RULES)
def test_a_rule_takes_the_jobs_of_its_verdicts(trial: Trial, rule: str, expected: set[int]) -> None:
    found = choose(trial.manifest, trial.compare().pairs, read_rule(rule), ())
    assert set(found.chosen) == set(map(job_id, expected))
    assert found.chosen.keys() | found.skipped.keys() == {j.job_id for j in trial.manifest.jobs}
    assert all(trial.manifest.replay_of(job) == replay for job, replay in found.chosen.items())


WHYS = {
    SAME: "it is the same",
    CHANGED: "it is changed",
    WORSE: "it is worse",
    FAILING: "its replay has failed",
    MISSING: "its replay has not ended, or its answer of before is not kept any more",
    FAILS_AGAIN: "its replay has failed",
}


def test_each_that_is_not_taken_is_named_with_why(trial: Trial) -> None:
    found = choose(trial.manifest, trial.compare().pairs, read_rule("better"), ())
    assert found.skipped == {job_id(number): why for number, why in WHYS.items()}


def test_only_jobs_that_are_named_are_meant(trial: Trial) -> None:
    wanted = [job_id(BETTER), job_id(WORSE)]
    found = choose(trial.manifest, trial.compare().pairs, read_rule(DEFAULT_RULE), wanted)
    assert (set(found.chosen), set(found.skipped)) == ({job_id(BETTER)}, {job_id(WORSE)})


@pytest.mark.parametrize("text", ["", "good", "not", "not any", "failing", "missing", "better and"])
def test_what_is_no_rule_says_what_one_looks_like(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no rule: give one like better, 'better or changed'"):
        read_rule(text)
