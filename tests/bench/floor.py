"""The floor: the same three model calls a job, by bare asyncio with the same client.

The client is used as its own documentation shows it, with the same transport.
"""

import asyncio
import time
from typing import Any
from uuid import uuid4

import httpx2
from openai import AsyncOpenAI, DefaultAioHttpClient
from pydantic import BaseModel

from schemas.job import accept
from schemas.record import Provenance, StageRecord
from schemas.request import SuggestionRequest
from services.column_agent.stage import STAGE as COLUMN
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.llm_settings import DEMO_MODEL, LlmSettings
from services.stage_runtime.model_client import open_model_client
from services.stage_runtime.process import utc_now
from services.stage_runtime.stage import Stage
from services.table_agent.stage import STAGE as TABLE

STAGES: tuple[Stage[Any], ...] = (TABLE, COLUMN, ROW)

Call = dict[str, Any]


async def measure_floor(body: bytes, base_url: str, jobs: int, under_way: int) -> float:
    """CPU of this process for the calls alone, in milliseconds a job."""
    calls = await _record_calls(body, base_url)
    limits = httpx2.Limits(max_connections=under_way, max_keepalive_connections=under_way)
    http = DefaultAioHttpClient(limits=limits, trust_env=False)
    async with AsyncOpenAI(
        api_key="demo", base_url=base_url, max_retries=0, http_client=http
    ) as client:
        slots = asyncio.Semaphore(under_way)

        async def job() -> None:
            async with slots:
                for call in calls:
                    await client.chat.completions.create(model=DEMO_MODEL, **call)

        await asyncio.gather(*(job() for _ in range(under_way)))
        begun = time.process_time()
        await asyncio.gather(*(job() for _ in range(jobs)))
        return (time.process_time() - begun) * 1000 / jobs


async def _record_calls(body: bytes, base_url: str) -> list[Call]:
    """The messages and formats that the three stages send for this request."""
    request = SuggestionRequest.model_validate_json(body)
    record, calls = StageRecord(job=accept(request, uuid4(), utc_now())), list[Call]()
    async with open_model_client(LlmSettings(base_url=base_url), len(STAGES)) as model:
        for stage in STAGES:
            messages = stage.write_messages(record)
            answer = await model.ask(messages, stage.response_format)
            suggestion: BaseModel = stage.suggestion.model_validate_json(answer.content)
            record = record.with_result(stage.name, suggestion, _provenance(stage))
            calls.append({"messages": messages, "response_format": stage.response_format})
    return calls


def _provenance(stage: Stage[Any]) -> Provenance:
    now = utc_now()
    return Provenance(
        prompt_version=stage.prompt_version,
        prompt_sha=stage.prompt_sha,
        started_at=now,
        ended_at=now,
    )
