"""A replay of a gateway is a line in the list, and all that was planned where it is shown."""

from typing import Any
from uuid import UUID

import pytest

from schemas.api.replay.run import ReplayRun
from services.cli.replay.gateway.list_view import replay_line, replay_lines
from services.gateway.document.example import load_examples
from services.replay.expectation import BASIS, BOTH, warn

ID = UUID("7d0a1f52-2a5c-4f6e-8f1e-3b5f0e6c9a10")


def make(**told: Any) -> ReplayRun:
    """The replay of the document's example, but for what is told."""
    return ReplayRun.model_validate(dict(load_examples()["ReplayRun"]) | told)


def test_it_is_a_line_with_what_has_become_of_its_jobs() -> None:
    counts = "73 completed, 6 under way, 120 waiting, 1 gone"
    told = f"{ID}  column replay running: {counts} of 200  2026-11-26 20:07:50Z"
    assert replay_line(make()) == told
    assert "column control running" in replay_line(make(controlOf=str(ID)))


def test_it_says_what_was_planned_and_how_far_it_is() -> None:
    assert [*replay_lines(make(detail="$1 are spent of $1"))][1:] == [
        "  prompt: column-10, was column-9",
        "  model: gpt-4.1-mini; whichever the agents call then",
        "  expected: 400 calls, cost not known",
        "  duration: 40.0 s until all are started, at 5 a second; a job took 3.4 s in the calls of"
        " these stages before",
        f"  basis: {BASIS}",
        "  differs in 200 jobs: prompt",
        "  left out, 3 jobs: it has not ended yet",
        "  at 5 jobs a second, live work waits 10 s at most, stops at $2.5000",
        "  live work went first for 4 s",
        "  $1 are spent of $1",
        "  last by local: prompt column-10",
    ]


def test_it_says_whether_its_jobs_bring_the_prompt_along() -> None:
    told = "  its jobs bring the prompt's text along"
    for brings in (True, False):
        assert (told in [*replay_lines(make(bringsPrompt=brings))]) is brings


def test_what_an_earlier_gateway_does_not_say_is_left_out_or_not_known() -> None:
    unsaid: dict[str, Any] = dict.fromkeys(("startS", "jobS", "basis", "pace"))
    unsaid |= {"fromPrompts": [], "fromModels": []}
    lines = [*replay_lines(make(**unsaid))]
    assert lines[1:4] == [
        "  prompt: column-10, was not known",
        "  model: not known; whichever the agents call then",
        "  expected: 400 calls, cost not known",
    ]
    assert not any(line.startswith(("  duration", "  basis", "  at ")) for line in lines)


def test_it_warns_where_prompt_and_model_both_differ() -> None:
    assert f"  warning: {warn({BOTH: 3})}" in [*replay_lines(make(warning=warn({BOTH: 3})))]


@pytest.mark.parametrize(
    ("pace", "told"),
    [
        ({}, "at 2 jobs a second"),
        ({"liveWaitS": 2.5, "maxOpen": 32}, "live work waits 2.5 s at most, 32 open records"),
        ({"maxFailedPercent": 10}, "stops when more than 10 % have failed"),
    ],
)
def test_its_pace_is_told_with_each_bound_that_it_has(pace: dict[str, Any], told: str) -> None:
    unbound = {"rate": 2, "liveWaitS": 0, "maxCostUsd": None, "maxFailedPercent": None}
    lines = [line for line in replay_lines(make(pace=unbound | pace)) if "jobs a second" in line]
    assert (len(lines), told in lines[0]) == (1, True)
    assert "stops at" not in lines[0]


def test_what_people_have_written_cannot_move_the_cursor() -> None:
    lines = "\n".join(replay_lines(make(reason="\x1b[2J", model="\x1b]0;x", detail="\x07")))
    assert "\x1b" not in lines
    assert "\x07" not in lines
