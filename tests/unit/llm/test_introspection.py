"""What a server of one's own tells of itself counts from the first call on."""

from typing import Any

import pytest

from services.failure.verdict import Failure
from services.llm.limit.concurrency import Concurrency
from services.llm.server.profile import ProfileName
from tests.unit.llm.fake_provider import QUESTION, READ, ROWS
from tests.unit.llm.stream_server import provide_stream, sends, stream

PIECES = stream(ROWS)
TOLD: dict[ProfileName, tuple[str, Any, int | None, int | None]] = {
    # ggml-org/llama.cpp: tools/server/README.md, GET /props
    ProfileName.LLAMACPP: (
        "/props",
        {"default_generation_settings": {"n_ctx": 2048}, "total_slots": 3},
        3,
        2048,
    ),
    # vllm-project/vllm: vllm/entrypoints/openai, ModelCard
    ProfileName.VLLM: (
        "/v1/models",
        {"data": [{"id": "x", "max_model_len": 9}, {"id": "m", "max_model_len": 4096}]},
        None,
        4096,
    ),
    # docs.ollama.com/api/ps
    ProfileName.OLLAMA: (
        "/api/ps",
        {"models": [{"name": "m:latest", "model": "m:latest", "context_length": 4096}]},
        None,
        4096,
    ),
}


@pytest.mark.parametrize(
    ("profile", "path", "body", "calls", "window"),
    [(profile, *told) for profile, told in TOLD.items()],
    ids=TOLD,
)
async def test_slots_and_context_are_as_the_server_tells(
    profile: ProfileName, path: str, body: Any, calls: int | None, window: int | None
) -> None:
    concurrency = Concurrency(64, start=2)
    settings: dict[str, Any] = {"profile": profile, "told": {path: body}}
    async with provide_stream(sends(*PIECES), concurrency=concurrency, **settings) as server:
        for _ in range(3):
            assert (await server.client.ask(QUESTION)).content == READ
        assert server.looks == [path]
        assert concurrency.limit == (calls or 2)
        assert server.client.limit.window == window
        most = server.requests[0]["max_completion_tokens"]
        assert most + 600 < window if window else most == 8192


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "no",
        {"total_slots": "many", "default_generation_settings": None},
        {"total_slots": -1, "default_generation_settings": {"n_ctx": 0}},
        {"total_slots": 10**9, "default_generation_settings": {"n_ctx": 10**12}},
        {"total_slots": True, "default_generation_settings": {"n_ctx": "x"}},
    ],
)
async def test_what_a_server_tells_amiss_is_not_believed(body: Any) -> None:
    concurrency = Concurrency(64, start=2)
    told = {"/props": body}
    async with provide_stream(sends(*PIECES), concurrency=concurrency, told=told) as server:
        await server.client.ask(QUESTION)
        assert (concurrency.limit, server.client.limit.window) == (2, None)


async def test_a_server_that_tells_nothing_is_called_all_the_same() -> None:
    async with provide_stream(sends(*PIECES)) as server:
        for _ in range(4):
            await server.client.ask(QUESTION)
        assert server.looks == ["/props"] * 2


async def test_a_model_that_is_loaded_by_the_first_call_is_looked_at_after_it() -> None:
    told: dict[str, Any] = {"/api/ps": {"models": []}}
    ollama: dict[str, Any] = {"profile": ProfileName.OLLAMA, "told": told}
    async with provide_stream(sends(*PIECES), **ollama) as server:
        await server.client.ask(QUESTION)
        told["/api/ps"] = {"models": [{"name": "m:latest", "context_length": 4096}]}
        for _ in range(3):
            await server.client.ask(QUESTION)
        assert (server.looks, server.client.limit.window) == (["/api/ps"] * 2, 4096)


async def test_nobody_asks_a_provider_what_only_a_server_of_ones_own_tells() -> None:
    custom: dict[str, Any] = {"profile": ProfileName.CUSTOM, "stream": True}
    async with provide_stream(sends(*PIECES), **custom) as server:
        await server.client.ask(QUESTION)
        assert server.looks == []


async def test_a_prompt_that_leaves_no_room_in_the_context_is_not_even_sent() -> None:
    told = {"/props": {"default_generation_settings": {"n_ctx": 512}, "total_slots": 1}}
    async with provide_stream(sends(*PIECES), told=told) as server:
        failed = await fail(server)
    assert (failed.failure, server.requests) == (Failure.CONTEXT_TOO_LONG, [])


async def fail(server: Any) -> Any:
    from services.failure.error import StageError

    with pytest.raises(StageError) as raised:
        await server.client.ask(QUESTION)
    return raised.value
