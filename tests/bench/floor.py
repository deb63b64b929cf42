"""The floor: the same three model calls a job, by bare asyncio with the same client.

The client is used as its own documentation shows it, with the same transport.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from openai import AsyncOpenAI, DefaultAioHttpClient

from schemas.job.job import accept
from schemas.job.record import Provenance, StageRecord
from schemas.job.request import SuggestionRequest
from services.column_agent.stage import STAGE as COLUMN
from services.lifecycle.clock import utc_now
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Question
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.turn import TurnQueue
from services.llm.model import open_model
from services.llm.server.profile import DEMO_MODEL, ProfileName
from services.llm.server.settings import LlmSettings
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.suggestion.stage import Stage
from services.stage_runtime.suggestion.suggester import Suggester
from services.table_agent.stage import STAGE as TABLE
from tests.model_client import open_model_client

STAGES: tuple[Stage[Any], ...] = (TABLE, COLUMN, ROW)

TURNS = 4
"""The two are measured in turns, so that a machine that is busy for a while is so for both."""

Turn = Callable[[Question], Awaitable[None]]


@dataclass(frozen=True)
class CallCost:
    """CPU of this process for the model calls of a job, in milliseconds.

    Attributes:
        bare: By the client alone, with the same transport.
        ours: By our own call, with its limits, ladder, accounts and reading of the answer.
    """

    bare: float
    ours: float


async def measure_calls(body: bytes, base_url: str, jobs: int, under_way: int) -> CallCost:
    """Make the calls of so many jobs, in turns by the bare client and by ours."""
    asked = await record_questions(body, base_url)
    settings = LlmSettings(profile=ProfileName.DEMO, base_url=base_url)
    limits = httpx2.Limits(max_connections=under_way, max_keepalive_connections=under_way)
    http = DefaultAioHttpClient(limits=limits, trust_env=False)
    turns = TurnQueue(Concurrency(under_way))
    async with (
        AsyncOpenAI(api_key="demo", base_url=base_url, max_retries=0, http_client=http) as client,
        open_model(settings, "bench", turns, Path("not-written")) as ask_model,
    ):

        async def ask_bare(question: Question) -> None:
            asked: Any = {
                "messages": question.messages,
                "response_format": question.response_format,
            }
            await client.chat.completions.create(model=DEMO_MODEL, **asked)

        async def ask_ours(question: Question) -> None:
            await ask_model(question)

        costs: dict[Turn, float] = {ask_bare: 0.0, ask_ours: 0.0}
        for turn in costs:
            await _measure(turn, asked, under_way, under_way)
        for _ in range(TURNS):
            for turn in costs:
                costs[turn] += await _measure(turn, asked, jobs // TURNS, under_way)
    return CallCost(bare=costs[ask_bare] / jobs, ours=costs[ask_ours] / jobs)


async def _measure(turn: Turn, asked: list[Question], jobs: int, under_way: int) -> float:
    """CPU of the calls of so many jobs, in milliseconds."""
    slots = asyncio.Semaphore(under_way)

    async def job() -> None:
        async with slots:
            for question in asked:
                await turn(question)

    begun = time.process_time()
    await asyncio.gather(*(job() for _ in range(jobs)))
    return (time.process_time() - begun) * 1000


async def record_questions(body: bytes, base_url: str) -> list[Question]:
    """What the three stages ask for this request, in turn."""
    request = SuggestionRequest.model_validate_json(body)
    record, asked = StageRecord(job=accept(request, uuid4(), utc_now())), list[Question]()
    settings = LlmSettings(profile=ProfileName.DEMO, base_url=base_url)
    async with open_model_client(settings, len(STAGES)) as model:

        async def ask(question: Question) -> Answer:
            asked.append(question)
            return await model.ask(question)

        for stage in STAGES:
            suggested = await Suggester(stage, ask).suggest(record)
            record = record.with_result(stage.name, suggested.suggestion, _provenance(stage))
    return asked


def _provenance(stage: Stage[Any]) -> Provenance:
    now = utc_now()
    return Provenance(
        prompt_version=stage.prompt_version,
        prompt_sha=stage.prompt_sha,
        started_at=now,
        ended_at=now,
    )
