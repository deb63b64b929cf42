"""What ends a call ends it at the server too: the connection is closed, so no more is generated.

llama.cpp, vLLM and Ollama stop generating when the connection of a call closes (ggml-org/llama.cpp:
tools/server/server-context.cpp, should_stop; vllm-project/vllm: with_cancellation in
vllm/entrypoints/utils.py; ollama/ollama: the context of the request in server/routes.go).
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.failure.error import DeadlineError, StageError
from services.failure.verdict import Failure
from tests.unit.llm.fake_provider import QUESTION
from tests.unit.llm.stream_server import Line, Request, StreamServer, chunk, provide_stream


class Generation:
    """A generation without end, which knows when it was stopped."""

    def __init__(self) -> None:
        self.has_begun = asyncio.Event()
        self.was_stopped = asyncio.Event()

    async def run(self, request: Request, line: Line) -> None:
        """Generate until the client hangs up."""
        if request["stream"]:
            await line.begin()
            await line.send(chunk("{"))
        self.has_begun.set()
        await line.await_hangup()
        self.was_stopped.set()


def ask(server: StreamServer) -> asyncio.Task[Any]:
    return asyncio.create_task(server.client.ask(QUESTION))


@pytest.mark.parametrize("is_streamed", [True, False], ids=["stream", "whole"])
async def test_a_cancelled_call_is_seen_to_end_at_the_server(is_streamed: bool) -> None:
    generation = Generation()
    async with provide_stream(generation.run, stream=is_streamed) as server:
        call = ask(server)
        await generation.has_begun.wait()
        call.cancel()
        await asyncio.wait_for(generation.was_stopped.wait(), 5)
        await asyncio.wait({call})
        assert call.cancelled()


@pytest.mark.parametrize("is_streamed", [True, False], ids=["stream", "whole"])
async def test_a_call_that_is_given_up_is_seen_to_end_at_the_server(is_streamed: bool) -> None:
    generation = Generation()
    async with provide_stream(generation.run, stream=is_streamed, timeout_s=1.0) as server:
        with pytest.raises(StageError):
            await ask(server)
        await asyncio.wait_for(generation.was_stopped.wait(), 5)


async def test_a_call_that_the_deadline_cuts_is_seen_to_end_at_the_server() -> None:
    generation = Generation()
    async with provide_stream(generation.run) as server:
        soon = datetime.now(UTC) + timedelta(milliseconds=200)
        with pytest.raises(DeadlineError):
            await server.client.ask(replace(QUESTION, deadline_at=soon))
        await asyncio.wait_for(generation.was_stopped.wait(), 5)


async def test_a_slow_call_does_not_hold_a_rebalance_up_until_the_group_gives_up() -> None:
    generation = Generation()
    async with provide_stream(generation.run, handover_s=0.1) as server:
        call = ask(server)
        await generation.has_begun.wait()
        server.client._turns.hand_over()
        with pytest.raises(StageError) as raised:
            await call
        await asyncio.wait_for(generation.was_stopped.wait(), 5)
    assert raised.value.failure is Failure.HANDED_OVER
    assert not raised.value.verdict.is_charged


async def test_a_place_that_a_cancelled_call_leaves_is_free_at_once() -> None:
    generation = Generation()
    async with provide_stream(generation.run) as server:
        call = ask(server)
        await generation.has_begun.wait()
        call.cancel()
        await asyncio.wait({call})
        assert server.client._concurrency.under_way == 0
