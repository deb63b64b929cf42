"""Small mistakes of a model, each made once: mended or asked for again, and the result is whole."""

import json
import urllib.request
from collections.abc import Iterator

import pytest

from services.demo_llm.fault.table import FAULTS
from services.llm.server.settings import DEMO_KEY, LlmSettings
from tests.eval.case import choose_cases, load_cases
from tests.eval.outcome import CaseOutcome
from tests.eval.run import STAGES, Plan, evaluate
from tests.eval.server import running_demo

COLUMN, ROW = "column_suggestions_v1", "row_suggestions_v1"
NEW, OLD, LONG = "title-planets", "extend-enum", "extend-many-rows"
ANSWER_S = 5.0

SLIPS = [
    ("blank-header", COLUMN, NEW, "C01 re-asked"),
    ("duplicate-header", COLUMN, OLD, "C02 re-asked"),
    ("generic-header", COLUMN, NEW, "C03 re-asked"),
    ("missing-column", COLUMN, NEW, "C04 re-asked"),
    ("missing-fill", COLUMN, OLD, "C05 re-asked"),
    ("short-row", COLUMN, OLD, "C06 re-asked"),
    ("short-row", ROW, NEW, "C06 re-asked"),
    ("missing-row", ROW, OLD, "C07 re-asked"),
    ("blank-primary", ROW, NEW, "C08 re-asked"),
    ("repeated-row", ROW, OLD, "C08 re-asked"),
    ("wrong-type", ROW, NEW, "C10 re-asked"),
    ("unit", ROW, NEW, "C14 flagged"),
    ("outside-enum", ROW, OLD, "C11 re-asked"),
    ("enum-case", ROW, OLD, "C11 repaired"),
    ("decorated", ROW, NEW, "C12 repaired"),
    ("placeholder", COLUMN, OLD, "C13 re-asked"),
    ("placeholder", ROW, NEW, "C13 repaired"),
    ("constant", COLUMN, LONG, "C16 re-asked"),
    # Nothing to mend: no model is asked for the columns that a table begins with.
    ("changed-primary", COLUMN, NEW, None),
    ("url", COLUMN, OLD, "C18 repaired"),
    ("bidi", ROW, NEW, "C18 repaired"),
]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with running_demo() as url:
        yield url


def slip_once(base_url: str, slip: str, schema: str) -> None:
    scenario = {"faults": {slip: 1}, "maxFaults": 1, "onlySchemas": [schema]}
    request = urllib.request.Request(
        base_url.removesuffix("/v1") + "/_demo/scenario", data=json.dumps(scenario).encode()
    )
    urllib.request.urlopen(request, timeout=ANSWER_S).close()


async def run_case(base_url: str, case: str) -> CaseOutcome:
    settings = LlmSettings(base_url=base_url, api_key=DEMO_KEY)
    plan = Plan(choose_cases(load_cases(), [case], ()), [settings], STAGES)
    return (await evaluate(plan)).outcomes[0]


def test_every_slip_is_tried() -> None:
    assert {slip for slip, *_ in SLIPS} == {name for name, f in FAULTS.items() if f.check}


@pytest.mark.parametrize(("slip", "schema", "case", "action"), SLIPS)
async def test_a_slip_made_once_is_mended_and_the_result_is_whole(
    base_url: str, slip: str, schema: str, case: str, action: str | None
) -> None:
    slip_once(base_url, slip, schema)
    outcome = await run_case(base_url, case)
    assert action in outcome.actions if action else outcome.actions == {}
    assert (outcome.failure, outcome.hard, outcome.is_partial) == (None, (), False)
