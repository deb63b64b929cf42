"""A whole job at servers with a context of 2,048, 4,096 and 8,192 tokens: fitted, never overrun."""

from math import ceil
from typing import Any

import pytest
from pydantic_core import to_json

from schemas.job.record import Provenance, StageRecord
from services.column_agent.stage import STAGE as COLUMN
from services.demo_llm.answer.engine import KNOWN_SCHEMAS, answer_call
from services.demo_llm.request.chat_call import ChatCall, draw_from
from services.llm.server.profile import ProfileName
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.suggestion.stage import Stage
from services.stage_runtime.suggestion.suggester import Suggester
from services.table_agent.stage import STAGE as TABLE
from tests.factory import NOW, make_record
from tests.unit.agents.scripted_model import no_pause
from tests.unit.demo_llm.asking import KNOWLEDGE
from tests.unit.llm.stream_server import DONE, Line, Request, StreamServer, chunk, event
from tests.unit.llm.stream_server import provide_stream as provide

WINDOWS = (2048, 4096, 8192)
STAGES: tuple[Stage[Any], ...] = (TABLE, COLUMN, ROW)
HEADERS = ("Country", "Capital", "Population", "Remarks")
LONG_TABLE = {
    "title": "Countries",
    "description": "Countries of the world, with what was noted of each.",
    "columns": [{"name": name} for name in HEADERS],
    "rows": [
        {"cells": [f"Country {n}", f"Capital {n}", str(n * 1000), f"noted in year {n}, " * 4]}
        for n in range(120)
    ],
}


class Window:
    """A server with a context of so many tokens, as llama.cpp, vLLM or Ollama treat it.

    Args:
        bytes_per_token: Of its tokenizer; we take a token for three bytes until we know.

    Attributes:
        overruns: How many calls did not fit.
        cut: How many answers were cut off.
    """

    def __init__(self, tokens: int, kind: ProfileName, bytes_per_token: float) -> None:
        self.tokens, self.kind, self.bytes_per_token = tokens, kind, bytes_per_token
        self.calls = self.overruns = self.cut = 0

    async def answer(self, request: Request, line: Line) -> None:
        """Answer as far as there is room."""
        self.calls += 1
        prompt, cap = self.count(request["messages"]), request["max_completion_tokens"]
        is_refused = prompt >= self.tokens
        is_refused |= self.kind is ProfileName.VLLM and prompt + cap > self.tokens
        self.overruns += is_refused or prompt + cap > self.tokens
        if is_refused and self.kind is not ProfileName.OLLAMA:
            await self.refuse(prompt, cap, line)
            return
        text, finish = self.write(request), "stop"
        room = min(cap, self.tokens - min(prompt, self.tokens - 64))
        if self.count(text) > room:
            text, finish = text[: int(room * self.bytes_per_token)], "length"
            self.cut += 1
        usage = {"prompt_tokens": min(prompt, self.tokens), "completion_tokens": self.count(text)}
        await line.begin()
        await line.send(chunk(text), chunk(finish=finish))
        await line.send(event({"choices": [], "usage": usage}), DONE)

    def count(self, said: Any) -> int:
        """Its tokens."""
        texts = [said] if isinstance(said, str) else [message["content"] for message in said]
        return ceil(sum(len(text.encode()) for text in texts) / self.bytes_per_token)

    def write(self, request: Request) -> str:
        """What a good model would write."""
        call = ChatCall.model_validate(request)
        name = call.find_schema_name(KNOWN_SCHEMAS)
        rng = draw_from(call.hash_call(name))
        return to_json(answer_call(call, name, rng, KNOWLEDGE)).decode()

    async def refuse(self, prompt: int, cap: int, line: Line) -> None:
        """Say why there is no answer."""
        await line.begin(400, "application/json")
        words = (
            f"This model's maximum context length is {self.tokens} tokens. However, you requested"
            f" {prompt + cap} tokens ({prompt} in the messages, {cap} in the completion)."
        )
        error: dict[str, Any] = {"message": words, "type": "BadRequestError", "code": 400}
        if self.kind is ProfileName.LLAMACPP:
            told = {"n_prompt_tokens": prompt, "n_ctx": self.tokens}
            error |= {"type": "exceed_context_size_error", **told}
        await line.send(to_json({"error": error}))

    def tell(self) -> dict[str, Any]:
        """What it tells of itself."""
        settings = {"default_generation_settings": {"n_ctx": self.tokens}, "total_slots": 1}
        return {
            "/props": settings,
            "/v1/models": {"data": [{"id": "m", "max_model_len": self.tokens}]},
            "/api/ps": {"models": [{"name": "m", "context_length": self.tokens}]},
        }


async def run_job(server: StreamServer) -> StageRecord:
    """A job through all of its stages."""
    record = make_record(context=LONG_TABLE, want={"columns": 2, "rows": 6})
    for stage in STAGES:
        suggested = await Suggester(stage, server.client.ask, no_pause).suggest(record)
        provenance = Provenance(
            prompt_version="p", prompt_sha="0" * 12, started_at=NOW, ended_at=NOW
        )
        record = record.with_result(stage.name, suggested.suggestion, provenance)
    return record


@pytest.mark.parametrize("tokens", WINDOWS)
@pytest.mark.parametrize(
    ("kind", "bytes_per_token", "is_told", "most_overruns"),
    [
        (ProfileName.LLAMACPP, 3.5, True, 0),
        # The first prompt, before the server has counted any.
        (ProfileName.LLAMACPP, 2.6, True, 1),
        # Until a refusal has told: the first prompt that is too long, then the first answer.
        (ProfileName.LLAMACPP, 2.6, False, 2),
        (ProfileName.VLLM, 3.5, True, 0),
        (ProfileName.VLLM, 2.6, False, 2),
        (ProfileName.OLLAMA, 3.5, True, 0),
    ],
    ids=["llama.cpp", "llama.cpp, small tokens", "old llama.cpp", "vllm", "old vllm", "ollama"],
)
async def test_a_job_of_a_long_table_ends_with_what_was_wanted(
    tokens: int, kind: ProfileName, bytes_per_token: float, is_told: bool, most_overruns: int
) -> None:
    window = Window(tokens, kind, bytes_per_token)
    told = window.tell() if is_told else {}
    async with provide(window.answer, profile=kind, told=told) as server:
        record = await run_job(server)
    assert record.results.column is not None
    assert record.results.row is not None
    assert len(record.results.column.columns) == 2
    assert len(record.results.row.rows) == 6
    filled = [cell for row in record.results.column.fill for cell in row.cells]
    assert len(filled) == 240
    assert window.overruns <= most_overruns
