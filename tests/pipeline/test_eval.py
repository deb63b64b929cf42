"""The evaluation, with the demo model: its hard tier is passed, and it sees what is wrong."""

import subprocess
import sys

import pytest

from services.llm.exchange.output_mode import OutputMode
from services.llm.server.settings import DEMO_KEY, LlmSettings
from tests.eval.case import choose_cases, load_cases
from tests.eval.run import STAGES, Plan, evaluate
from tests.eval.server import running_demo
from tests.stack import ROOT


async def test_the_demo_model_passes_the_hard_tier_in_every_case() -> None:
    with running_demo() as base_url:
        settings = LlmSettings(base_url=base_url, api_key=DEMO_KEY)
        evaluation = await evaluate(Plan(load_cases(), [settings], STAGES))
    broken = {o.case: (o.hard, o.failure) for o in evaluation.outcomes if not o.is_good}
    assert (evaluation.engine, len(evaluation.outcomes), broken) == ("demo", 30, {})


@pytest.mark.parametrize(
    ("faults", "level"),
    [
        ("no-strict", OutputMode.SCHEMA),
        ("no-json-schema", OutputMode.FUNCTION),
        ("unexplained", OutputMode.FUNCTION),
        ("no-json-schema,no-tools", OutputMode.OBJECT),
        ("no-json-schema,no-tools,no-json-object", OutputMode.TEXT),
    ],
)
async def test_every_form_of_answer_passes_the_hard_tier(faults: str, level: OutputMode) -> None:
    cases = choose_cases(load_cases(), (), ("limit", "injection"))
    with running_demo("--faults", faults) as base_url:
        settings = LlmSettings(base_url=base_url, api_key=DEMO_KEY)
        evaluation = await evaluate(Plan(cases, [settings], STAGES))
    broken = {o.case: (o.hard, o.failure) for o in evaluation.outcomes if not o.is_good}
    assert broken == {}
    assert {name for o in evaluation.outcomes for name in o.effort.levels} == {level.value}


@pytest.mark.parametrize(
    ("faults", "status", "verdict"),
    [("", 0, "ok"), ("nonsense", 1, "output-invalid"), ("refusal", 1, "refused")],
)
def test_the_exit_status_says_whether_the_hard_tier_is_passed(
    faults: str, status: int, verdict: str
) -> None:
    command = [sys.executable, "-m", "tests.eval", "--case", "title-cars", "--faults", faults]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (status, "")
    assert verdict in done.stdout
