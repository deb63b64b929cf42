"""A difference is called where it was planted, and nowhere else."""

from collections import Counter
from dataclasses import dataclass
from random import Random
from uuid import UUID

import pytest

from schemas.stage import StageName
from services.replay.answer import Answer
from services.replay.comparison.control import Control, pair_control
from services.replay.comparison.interval import PairedCounts
from services.replay.comparison.judgement import Call, Judgement, judge
from services.replay.comparison.pair import Pair, Verdict

COLUMN = StageName.COLUMN
SEEDS = range(20)
SCATTER = 0.6180339887498949
"""Scatters whole numbers evenly, as the part behind the point."""


@dataclass(frozen=True)
class Model:
    """Answers jobs with numbers.

    Attributes:
        noise: In what share of its answers it says something else than it mostly does.
        planted: In what share of the jobs it mostly says something else than others do.
        lacking: What is missing of such answers.
    """

    prompt: str = "column-1"
    noise: float = 0.0
    planted: float = 0.0
    lacking: int = 0

    def answer(self, job: int, random: Random) -> Answer:
        is_other = job * SCATTER % 1 < self.planted
        said = random.random() if random.random() < self.noise else float(is_other)
        return Answer(str(said).encode(), self.prompt, "m", self.lacking * is_other, 0, 1, 0.1, 1.0)


def compare(
    before: Model, now: Model, control: Model, jobs: int, seed: int
) -> tuple[list[Pair], Control]:
    """So many jobs, answered by three models."""
    random = Random(seed)
    pairs, controls = list[Pair](), list[Pair]()
    for job in range(jobs):
        number = seed * jobs + job
        job_id, first = UUID(int=number), before.answer(number, random)
        pairs.append(Pair(job_id, COLUMN, first, now.answer(number, random)))
        controls.append(Pair(job_id, COLUMN, first, control.answer(number, random)))
    of_control = {pair.key: pair for pair in controls}
    return pairs, pair_control(COLUMN, {pair.key: pair for pair in pairs}, of_control)


def calls(pairs: list[Pair], control: Control) -> dict[Verdict, Call]:
    return {said.verdict: said.call for said in judge(pairs, control)}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("noise", "jobs"), [(0.0, 1_000), (0.05, 3_000)])
@pytest.mark.parametrize("planted", [0.0, 0.05, 0.2])
def test_the_verdict_on_a_planted_disagreement_is_right(
    planted: float, noise: float, jobs: int, seed: int
) -> None:
    old = Model(noise=noise)
    new = Model("column-2", noise, planted, lacking=1)
    found = calls(*compare(old, new, old, jobs, seed))
    called = {verdict for verdict, call in found.items() if call is Call.DIFFERENT}
    # What is worse is not merely changed, so that fewer are so may be true as well.
    allowed = {Verdict.CHANGED} if planted else set()
    assert called - allowed == ({Verdict.SAME, Verdict.WORSE} if planted else set())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("noise", [0.0, 0.05, 0.2])
def test_a_model_that_disagrees_with_itself_is_no_other_model(noise: float, seed: int) -> None:
    model = Model(noise=noise)
    pairs, control = compare(model, model, model, 1_000, seed)
    disagreeing = sum(pair.verdict is not Verdict.SAME for pair in pairs)
    assert (disagreeing > 0) == (noise > 0)
    assert Call.DIFFERENT not in calls(pairs, control).values()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_control_of_the_new_model_shows_the_noise_as_well(seed: int) -> None:
    old, same = Model(noise=0.05), Model("column-2", noise=0.05)
    other = Model("column-2", noise=0.05, planted=0.2)
    pairs, control = compare(old, same, same, 1_000, seed)
    assert not control.is_of_before
    assert calls(pairs, control)[Verdict.SAME] is not Call.DIFFERENT
    assert calls(*compare(old, other, other, 1_000, seed))[Verdict.SAME] is Call.DIFFERENT


def test_of_a_thousand_looks_at_a_model_beside_itself_few_call_a_difference() -> None:
    random, found = Random(7), Counter[Call]()
    for _ in range(1_000):
        both = Counter((random.random() < 0.1, random.random() < 0.1) for _ in range(300))
        counts = (both[True, True], both[True, False], both[False, True], both[False, False])
        found[Judgement(COLUMN, Verdict.WORSE, PairedCounts(*counts)).call] += 1
    assert found[Call.DIFFERENT] <= 1
    assert found[Call.UNCLEAR] <= 80


def test_what_is_missing_is_in_no_share() -> None:
    model = Model()
    pairs, control = compare(model, model, model, 10, 1)
    pairs[0] = Pair(pairs[0].job_id, COLUMN, pairs[0].before, None)
    assert {said.counts.total for said in judge(pairs, control)} == {9}
