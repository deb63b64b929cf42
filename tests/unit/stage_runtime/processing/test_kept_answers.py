"""What cuts an attempt at a long table short costs one call, not all of them."""

import asyncio
import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from schemas.job.record import Provenance, StageRecord
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers, decode_headers
from schemas.kafka.retry_tier import DEFAULT_TIERS
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.column_agent.stage import STAGE
from services.failure.error import OutputInvalidError, ProviderError
from services.failure.retry import RetryPolicy
from services.failure.verdict import Failure
from services.kafka.value import ConsumedRecord
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Question
from services.stage_runtime.processing.cancellation import Cancellations
from services.stage_runtime.processing.crash_suspect import Suspects
from services.stage_runtime.processing.kept_answers import KeptAnswers
from services.stage_runtime.processing.ledger import Ledger
from services.stage_runtime.processing.outcome import (
    DeadLettered,
    Outcome,
    Publication,
    RetryLater,
    Succeeded,
)
from services.stage_runtime.processing.outcome_record import OutcomeWriter
from services.stage_runtime.processing.processor import Processor
from services.stage_runtime.suggestion.suggester import Suggester
from tests.factory import NOW, OLD_TABLE, consumed, make_record
from tests.unit.agents.scripted_model import ScriptedModel, no_pause

LONG = OLD_TABLE | {"rows": [{"cells": [f"Planet {n}", str(n)]} for n in range(1, 301)]}
RECORD = make_record(stages=["column"], context=LONG, want={"columns": 1})
KEY = RECORD.job.key
CALLS = 5
CLOCK: Iterator[int] = itertools.count()


def hand_over(data: dict[str, Any]) -> Exception:
    """No call is made: the partition goes to another worker."""
    return ProviderError("given on", failure=Failure.HANDED_OVER)


def fill(data: dict[str, Any]) -> dict[str, Any]:
    """Answer as the model would, with a value for each row that is asked for."""
    asked = data["want"]
    columns = [{"name": "Mass", "dataType": "decimal"}] * asked["columns"]
    return {
        "columns": columns,
        "fill": [{"row": row, "cells": [f"{row[1:]}.5"]} for row in asked["fill"]],
    }


class Worker:
    """A worker of the column stage, which knows what job.events holds."""

    def __init__(self, events: list[Publication], *says: Any, most_bytes: int = 10**6) -> None:
        self.events = events
        self.model = ScriptedModel(*says)
        self.kept = KeptAnswers(StageName.COLUMN, most_bytes)
        for event in events:
            self.kept.note_event(consumed(event.value, key=event.key, topic=event.topic))
        ledger = Ledger()
        self.processor = Processor(
            STAGE,
            OutcomeWriter(StageName.COLUMN, TopicNames(), "w", self.now),
            ledger,
            Suggester(STAGE, self.ask, no_pause).suggest,
            RetryPolicy(DEFAULT_TIERS, max_attempts=3),
            Cancellations(),
            Suspects(StageName.COLUMN, ledger),
            self.kept,
        )

    def now(self) -> Any:
        return NOW + timedelta(milliseconds=next(CLOCK))

    async def ask(self, question: Question) -> Answer:
        answer = await self.model.ask(question)
        if answer.content == "hang":
            await asyncio.Future[None]()
        return answer

    async def announce(self, fact: Publication) -> None:
        self.events.append(fact)

    async def process(self, source: ConsumedRecord) -> Outcome:
        return await self.processor.process(source, self.announce)

    async def die(self, source: ConsumedRecord) -> None:
        """End in the middle of a call that hangs."""
        processing = asyncio.create_task(self.process(source))
        await asyncio.wait({processing}, timeout=0.2)
        assert not processing.done()
        processing.cancel()
        await asyncio.wait({processing})

    @property
    def calls(self) -> int:
        return len(self.model.questions)


def deliver(**headers: Any) -> ConsumedRecord:
    source = Headers(schema="stage-record/1", **headers)
    return consumed(RECORD.to_json(), key=KEY, topic="column.requests", headers=source)


def redeliver(outcome: Outcome) -> ConsumedRecord:
    """The record as the forwarder gives it back."""
    assert isinstance(outcome, RetryLater)
    headers = decode_headers(outcome.publication.headers)
    return consumed(outcome.publication.value, key=KEY, topic="column.requests", headers=headers)


def read(outcome: Outcome) -> tuple[StageRecord, Provenance]:
    assert isinstance(outcome, Succeeded)
    record = StageRecord.from_json(outcome.publication.value or b"")
    return record, record.provenance[StageName.COLUMN]


async def test_an_attempt_of_one_call_keeps_nothing() -> None:
    worker = Worker([], fill)
    small = make_record(stages=["column"], context=OLD_TABLE, want={"columns": 1})
    await worker.process(consumed(small.to_json(), key=KEY, topic="column.requests"))
    assert [JobEvent.from_json(event.value or b"").kind for event in worker.events] == [
        EventKind.STARTED
    ]


@pytest.mark.parametrize("call", range(1, CALLS + 1))
async def test_a_death_repeats_the_call_under_way_and_no_other(call: int) -> None:
    whole, _ = read(await Worker([], fill).process(deliver()))
    first = Worker([], *[fill] * (call - 1), "hang")
    await first.die(deliver())
    second = Worker(first.events, fill)
    record, provenance = read(await second.process(deliver()))
    assert record.results == whole.results
    assert first.calls + second.calls == CALLS + 1
    assert provenance.calls == CALLS
    assert provenance.cost_usd == pytest.approx(CALLS * 0.01)


@pytest.mark.parametrize("call", range(2, CALLS + 1))
async def test_what_is_handed_over_repeats_nothing_and_counts_its_money_once(call: int) -> None:
    first = Worker([], *[fill] * (call - 1), hand_over)
    waiting = await first.process(deliver())
    second = Worker(first.events, fill)
    _, provenance = read(await second.process(redeliver(waiting)))
    assert (first.calls - 1) + second.calls == CALLS
    assert provenance.calls == CALLS
    assert provenance.cost_usd == pytest.approx(CALLS * 0.01)


async def test_the_jobs_money_still_bounds_an_attempt_that_goes_on_elsewhere() -> None:
    limited = make_record(
        stages=["column"], context=LONG, want={"columns": 1}, options={"maxCostUsd": 1.0}
    )
    source = consumed(limited.to_json(), key=KEY, topic="column.requests")
    first = Worker([], fill, fill, hand_over)
    second = Worker(first.events, fill)
    await second.process(redeliver(await first.process(source)))
    lefts = [
        question.budget_usd for question in (*first.model.questions, second.model.questions[0])
    ]
    assert lefts == [pytest.approx(left) for left in (1.0, 0.99, 0.98, 0.98)]


async def test_a_park_in_the_middle_goes_on_where_it_was_in_the_same_worker() -> None:
    parked = ProviderError("no money", failure=Failure.NO_MONEY)
    worker = Worker([], fill, fill, parked, fill)
    await worker.process(redeliver(await worker.process(deliver())))
    assert worker.calls == CALLS + 1


async def test_another_attempt_begins_anew() -> None:
    first = Worker([], fill, fill, OutputInvalidError("amiss", failure=Failure.EMPTY))
    outcome = await first.process(deliver())
    assert not isinstance(outcome, DeadLettered)
    second = Worker(first.events, fill)
    await second.process(deliver(attempt=2))
    assert second.calls == CALLS


async def test_an_answer_that_is_read_back_twice_counts_once() -> None:
    first = Worker([], fill, fill, "hang")
    await first.die(deliver())
    second = Worker([*first.events, *first.events], fill)
    assert len(second.kept.find(KEY, Headers(schema="s"))) == 2


async def test_the_oldest_attempt_goes_first_when_too_much_is_kept() -> None:
    first = Worker([], fill, fill, "hang")
    await first.die(deliver())
    forgetful = Worker(first.events, fill, most_bytes=10)
    assert forgetful.kept.find(KEY, Headers(schema="s")) == ()
    read(await forgetful.process(deliver()))
    assert forgetful.calls == CALLS


async def test_an_answer_that_cannot_be_read_is_asked_for_again() -> None:
    kept = KeptAnswers(StageName.COLUMN)
    event = JobEvent(
        kind=EventKind.ANSWERED,
        job_id=RECORD.job.job_id,
        stage=StageName.COLUMN,
        worker="w",
        at=NOW,
        question="q",
        answer='{"of": "a later release"}',
    )
    kept.note(KEY, event)
    assert kept.find(KEY, Headers(schema="s")) == ()
