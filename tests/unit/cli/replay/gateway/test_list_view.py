"""A replay of a gateway is a line in the list, and all that was planned where it is shown."""

from typing import Any
from uuid import UUID

from schemas.api.replay.run import ReplayRun
from services.cli.replay.gateway.list_view import replay_line, replay_lines
from services.gateway.document.example import load_examples

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
        "  prompt: column-10, model: not said",
        "  expected: 400 calls",
        "  differs in 200 jobs: prompt",
        "  left out, 3 jobs: it has not ended yet",
        "  at 5 jobs a second",
        "  live work went first for 4 s",
        "  $1 are spent of $1",
        "  last by local: prompt column-10",
    ]


def test_it_says_whether_its_jobs_bring_the_prompt_along() -> None:
    lines = [*replay_lines(make(bringsPrompt=True))]
    assert lines[1] == "  prompt: column-10, which its jobs bring along, model: not said"


def test_what_people_have_written_cannot_move_the_cursor() -> None:
    lines = "\n".join(replay_lines(make(reason="\x1b[2J", model="\x1b]0;x", detail="\x07")))
    assert "\x1b" not in lines
    assert "\x07" not in lines
