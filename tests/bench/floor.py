"""The floor: the same three model calls a job, by bare asyncio with the same client."""

import asyncio
import time
from typing import Any
from uuid import uuid4

from pydantic import BaseModel

from schemas.job import accept
from schemas.record import Provenance, StageRecord
from schemas.request import SuggestionRequest
from services.column_agent.stage import STAGE as COLUMN
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.llm_settings import LlmSettings
from services.stage_runtime.model_client import ModelClient, open_model_client
from services.stage_runtime.process import utc_now
from services.stage_runtime.stage import Stage
from services.table_agent.stage import STAGE as TABLE

STAGES: tuple[Stage[Any], ...] = (TABLE, COLUMN, ROW)

Call = tuple[list[dict[str, str]], dict[str, Any]]


async def measure_floor(body: bytes, base_url: str, jobs: int, under_way: int) -> float:
    """CPU of this process for the calls alone, in milliseconds a job."""
    settings = LlmSettings(base_url=base_url)
    async with open_model_client(settings, under_way) as model:
        calls = await _record_calls(body, model)
        slots = asyncio.Semaphore(under_way)

        async def job() -> None:
            async with slots:
                for messages, response_format in calls:
                    await model.ask(messages, response_format)

        await asyncio.gather(*(job() for _ in range(under_way)))
        begun = time.process_time()
        await asyncio.gather(*(job() for _ in range(jobs)))
        return (time.process_time() - begun) * 1000 / jobs


async def _record_calls(body: bytes, model: ModelClient) -> list[Call]:
    """The messages and formats that the three stages send for this request."""
    request = SuggestionRequest.model_validate_json(body)
    record, calls = StageRecord(job=accept(request, uuid4(), utc_now())), list[Call]()
    for stage in STAGES:
        call = (stage.write_messages(record), stage.response_format)
        answer = await model.ask(*call)
        suggestion: BaseModel = stage.suggestion.model_validate_json(answer.content)
        record = record.with_result(stage.name, suggestion, _provenance(stage))
        calls.append(call)
    return calls


def _provenance(stage: Stage[Any]) -> Provenance:
    now = utc_now()
    return Provenance(
        prompt_version=stage.prompt_version,
        prompt_sha=stage.prompt_sha,
        started_at=now,
        ended_at=now,
    )
