"""The table of faults, the draw, and the answers that are wrong on purpose."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from services.demo_llm.fault import table as fault_table
from services.demo_llm.fault.draw import check_odds, choose_fault, parse_odds
from services.demo_llm.fault.fault import FaultKind, UnknownFaultError
from services.demo_llm.fault.scenario import Scenario
from services.demo_llm.fault.spoiled_answer import spoil
from services.demo_llm.fault.table import FAULTS
from services.demo_llm.request.chat_call import draw_from

PROVIDER_ROWS = {*range(4, 26)} - {3}
HASH = bytes(range(32))


def test_every_provider_row_of_the_error_table_has_a_fault() -> None:
    assert {fault.row for fault in FAULTS.values()} >= PROVIDER_ROWS


def test_only_status_faults_have_an_error_status() -> None:
    wrong = [f.name for f in FAULTS.values() if (f.kind is FaultKind.STATUS) != (f.status >= 400)]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "odds"),
    [
        ("", {}),
        ("503", {"503": 1}),
        ("429:0.1,slow:0.05,truncate:0.02", {"429": 0.1, "slow": 0.05, "length": 0.02}),
    ],
)
def test_a_model_suffix_says_the_odds(text: str, odds: dict[str, float]) -> None:
    assert parse_odds(text) == odds


@pytest.mark.parametrize("text", ["nope", "429:often", "429:2", "429:nan"])
def test_an_unknown_fault_or_probability_is_refused(text: str) -> None:
    with pytest.raises(UnknownFaultError):
        parse_odds(text)


def test_the_draw_is_the_same_for_the_same_call_and_differs_between_repetitions() -> None:
    odds = check_odds({"429": 0.3})
    drawn = [choose_fault(odds, draw_from(HASH, n)) for n in range(1000)]
    assert drawn == [choose_fault(odds, draw_from(HASH, n)) for n in range(1000)]
    assert 250 < Counter(fault is not None for fault in drawn)[True] < 350


@pytest.mark.parametrize(
    ("fault", "answer", "spoiled"),
    [
        ("schema", {"rows": []}, {"unexpected": 1}),
        ("counts", {"rows": [{"cells": ["a"]}, {"cells": ["b"]}]}, {"rows": [{"cells": ["a"]}]}),
        ("counts", {"rows": [1]}, {"rows": [1, 1]}),
        ("duplicates", {"rows": [1, 2, 3]}, {"rows": [1, 2, 1]}),
        (
            "types",
            {"rows": [{"cells": ["a", "7"]}]},
            {"rows": [{"cells": ["a", "about twelve (approx.)"]}]},
        ),
    ],
)
def test_a_spoiled_answer_is_json_and_wrong(
    fault: str, answer: dict[str, Any], spoiled: dict[str, Any]
) -> None:
    assert spoil(answer, fault, None, draw_from(HASH)) == spoiled
    assert answer != spoiled


def test_a_scenario_keeps_what_a_change_does_not_name() -> None:
    scenario = Scenario(latency_ms=5).merge({"faults": {"truncate": 0.5}})
    assert (scenario.latency_ms, scenario.faults) == (5, {"length": 0.5})


@pytest.mark.parametrize(
    ("schemas", "text", "is_hit"),
    [((), "", True), (("a",), "", True), (("b",), "", False), ((), "poison", False)],
)
def test_a_scenario_aims_at_schemas_and_texts(
    schemas: tuple[str, ...], text: str, is_hit: bool
) -> None:
    scenario = Scenario(only_schemas=schemas, only_when_text=text)
    assert scenario.is_aimed_at("a", "a table of plants") == is_hit


@pytest.mark.parametrize("name", FAULTS)
def test_the_readme_tells_of_every_fault(name: str) -> None:
    text = (Path(fault_table.__file__).parents[1] / "README.md").read_text("utf-8")
    assert f"`{name}`" in text
