"""How much of an answer is asked for: enough for what is wanted, and no runaway of thousands."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.table.wire import Exact, WireColumns, WireRows, WireTable
from services.failure.verdict import Failure
from services.llm.exchange.question import Question
from services.llm.exchange.response_format import response_format
from services.llm.limit.answer_size import MIN_SAMPLES, AnswerSize, count_texts
from tests.unit.llm.fake_provider import QUESTION, Request, Said, completes, provide

ASKED = replace(QUESTION, exact={"rows": 5, "rows/cells": 4})


def question(wire: Any, exact: Exact) -> Question:
    return Question([], response_format("some_v1", wire), exact=exact)


@pytest.mark.parametrize(
    ("wire", "exact", "texts"),
    [
        (WireRows, {"rows": 5, "rows/cells": 4}, 20),
        (WireColumns, {"columns": 0, "fill": 12, "fill/cells": 3}, 12 + 36),
        (WireColumns, {"columns": 2, "fill": 0}, 2 * (4 + 6)),
        (WireTable, {"sampleRow": 2, "columnReadings": 0}, 4 + 2 * 10 + 2),
        (WireTable, {"sampleRow": 0, "columnReadings": 14}, 4 + 2 * 10 + 3 * 14),
    ],
)
def test_an_answer_holds_as_many_texts_as_its_schema_and_what_is_wanted_say(
    wire: Any, exact: Exact, texts: int
) -> None:
    assert count_texts(question(wire, exact)) == texts


async def test_no_more_is_asked_for_than_what_is_wanted_can_take() -> None:
    async with provide(Said(completes())) as provider:
        await provider.ask(ASKED)
        await provider.ask(QUESTION)
        caps = [request["max_completion_tokens"] for request in provider.requests]
    assert caps[0] < 8192 / 4
    assert caps[1] == 8192


async def test_what_answers_took_is_what_the_next_one_may_take() -> None:
    sizes = AnswerSize()
    first = sizes.find_most(ASKED, "m") or 0
    for _ in range(MIN_SAMPLES):
        sizes.learn(ASKED, "m", 120)
    after = sizes.find_most(ASKED, "m") or 0
    assert 120 * 2 < after < first
    sizes.learn(ASKED, "m", 4_000)
    assert (sizes.find_most(ASKED, "m") or 0) > 4_000
    assert sizes.find_most(ASKED, "another") == first


async def test_an_answer_that_was_cut_off_makes_room_for_the_next_one() -> None:
    def wordy(request: Request) -> Said:
        is_enough = request["max_completion_tokens"] > 4_000
        return Said(completes() if is_enough else completes('{"rows": [', finish_reason="length"))

    async with provide(wordy) as provider:
        assert (await provider.fail(ASKED)).failure is Failure.CUT_OFF
        await provider.ask(ASKED)
        caps = [request["max_completion_tokens"] for request in provider.requests]
    assert caps[1] == 4 * (caps[0] - 256) + 256


@pytest.mark.parametrize(
    "thought",
    [
        completes("<think>Let me see, the rows", finish_reason="length"),
        completes("", message={"reasoning_content": "Let me see"}, finish_reason="length"),
        completes("", finish_reason="length")
        | {"usage": {"completion_tokens_details": {"reasoning_tokens": 1_000}}},
    ],
    ids=["in its answer", "beside its answer", "told by numbers"],
)
async def test_a_model_that_thinks_before_it_answers_gets_all_the_room_from_then_on(
    thought: dict[str, Any],
) -> None:
    async with provide(Said(thought), Said(completes())) as provider:
        assert (await provider.fail(ASKED)).failure is Failure.CUT_OFF
        await provider.ask(ASKED)
        assert provider.requests[1]["max_completion_tokens"] >= 8192


async def test_a_runaway_ends_long_before_the_settings_limit() -> None:
    runaway = completes('{"rows": [{"cells": ["' + "a" * 4_000, finish_reason="length")
    async with provide(Said(runaway)) as provider:
        for _ in range(3):
            await provider.fail(ASKED)
        caps = [request["max_completion_tokens"] for request in provider.requests]
    assert caps[0] < 1_500
    assert max(caps) <= 8192


def test_what_was_learned_is_forgotten_after_a_while() -> None:
    now = [0.0]
    sizes = AnswerSize(lambda: now[0])
    first = sizes.find_most(ASKED, "m")
    sizes.note_cut(ASKED, "m", thinks=True)
    assert sizes.find_most(ASKED, "m") is None
    now[0] += 3601
    assert sizes.find_most(ASKED, "m") == first
