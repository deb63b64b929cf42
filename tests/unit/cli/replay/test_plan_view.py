"""What a plan is expected to take is told with what that rests on."""

from collections import Counter
from dataclasses import replace

import pytest

from schemas.job.prompt import carry_prompt
from services.cli.replay.plan_view import describe_plan, plan_lines
from services.replay.expectation import BOTH, MODEL, NOTHING, PROMPT, warn
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
    for rate, start_s in ((5.0, 2.0), (0.25, 40.0)):
        starts = f"duration: {start_s} s until all are started, at {rate:g} a second"
        assert f"{starts}{told}" in [*plan_lines(plan, "of nobody", rate)]
        described = describe_plan(plan, "of nobody", rate)
        assert (described["startS"], described["jobS"]) == (start_s, job_s)


def make_plan(**changed: int) -> Plan:
    past = Past()
    past.complete(1)
    names = {"prompt": PROMPT, "model": MODEL, "both": BOTH, "nothing": NOTHING}
    counts = Counter({names[name]: count for name, count in changed.items()})
    return Plan(make_manifest(past), counts, ("column-3",), ("m-1",))


@pytest.mark.parametrize("changed", [{"prompt": 3}, {"model": 3}, {"nothing": 3}, {}])
def test_one_factor_at_a_time_needs_no_warning(changed: dict[str, int]) -> None:
    plan = make_plan(**changed)
    assert warn(plan.changed) is None
    assert not any(line.startswith("warning") for line in plan_lines(plan, "of nobody"))


def test_two_factors_at_once_are_warned_of_with_their_number() -> None:
    plan = make_plan(both=2, prompt=1)
    told = "prompt and model both differ in 2 jobs: no difference can then be told to come"
    assert (warn(plan.changed) or "").startswith(told)
    assert [*plan_lines(plan, "of nobody")][-1] == f"warning: {warn(plan.changed)}"
    assert describe_plan(plan, "of nobody")["warning"] == warn(plan.changed)


def test_a_prompt_that_the_jobs_bring_along_is_told_with_the_version_of_its_text() -> None:
    plain = make_plan(prompt=1)
    prompt = carry_prompt(plain.manifest.stage, "Say it otherwise.")
    told = {"prompt": prompt, "prompt_version": prompt.version}
    plan = replace(plain, manifest=plain.manifest.model_copy(update=told))
    lines = [*plan_lines(plan, "of nobody")]
    assert f"prompt: {prompt.version}, was column-3" in lines
    assert any("nothing is to be deployed" in line for line in lines)
    described = describe_plan(plan, "of nobody")
    assert (described["promptVersion"], described["bringsPrompt"]) == (prompt.version, True)
    assert not describe_plan(plain, "of nobody")["bringsPrompt"]
