"""An attempt of several calls says how far it has come, call by call."""

from itertools import pairwise
from typing import Any

import pytest

from schemas.kafka.event import EventKind, JobEvent
from services.stage_runtime.processing.outcome import Publication, Succeeded
from tests.factory import consumed, make_record
from tests.unit.stage_runtime.processing.test_kept_answers import (
    CALLS,
    LONG,
    RECORD,
    Worker,
    fill,
    hand_over,
)

SHORT = make_record(stages=["column"], context=LONG | {"rows": LONG["rows"][:9]})


def counts(events: list[Publication]) -> list[tuple[int, int]]:
    read = [JobEvent.from_json(event.value or b"") for event in events]
    answered = [event for event in read if event.kind is EventKind.ANSWERED]
    return [(event.calls_done, event.calls_planned) for event in answered]


async def test_each_answer_but_the_last_says_calls_done_of_calls_planned() -> None:
    events: list[Publication] = []
    outcome = await Worker(events, fill).process(consumed(RECORD.to_json()))
    assert isinstance(outcome, Succeeded)
    assert counts(events) == [(done, CALLS) for done in range(1, CALLS)]


async def test_an_attempt_of_one_call_says_nothing_more_than_that_it_began() -> None:
    events: list[Publication] = []
    await Worker(events, fill).process(consumed(SHORT.to_json()))
    assert counts(events) == []


async def test_a_call_that_has_to_be_made_again_is_planned_when_it_is_known() -> None:
    def forget(data: dict[str, Any]) -> dict[str, Any]:
        return fill(data) | {"fill": []}

    events: list[Publication] = []
    await Worker(events, fill, forget, fill).process(consumed(RECORD.to_json()))
    said = counts(events)
    assert said[-1] == (CALLS, CALLS + 1)
    assert all(one < other for one, other in pairwise(said))


@pytest.mark.parametrize("cut", [2, 4])
async def test_an_attempt_that_was_cut_short_goes_on_where_it_was(cut: int) -> None:
    events: list[Publication] = []
    await Worker(events, *[fill] * cut, hand_over).process(consumed(RECORD.to_json()))
    await Worker(events, fill).process(consumed(RECORD.to_json()))
    said = counts(events)
    assert sorted(set(said)) == [(done, CALLS) for done in range(1, CALLS)]
    assert said == sorted(said)
