"""Streamed answers, as servers document or write them, through the real client over HTTP."""

import asyncio
from typing import Any

import pytest
from pydantic_core import to_json

from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.server.profile import ProfileName
from tests.unit.llm.fake_provider import QUESTION, READ, ROWS, completes
from tests.unit.llm.stream_server import (
    DONE,
    Answer,
    Line,
    Request,
    StreamServer,
    chunk,
    event,
    provide_stream,
    sends,
    stream,
)

HALF, REST = ROWS[:20], ROWS[20:]
PIECES = stream(ROWS)

FORMS: dict[str, list[bytes]] = {
    # ollama/ollama: middleware/openai.go, ChatWriter.writeResponse
    "ollama": [
        *map(chunk, (HALF, REST)),
        chunk("", "stop"),
        event({"choices": [], "usage": {"prompt_tokens": 700, "completion_tokens": 10}}),
        DONE,
    ],
    # vllm-project/vllm: vllm/entrypoints/openai/chat_completion/serving.py: the role comes first,
    # usage at the end with no choice
    "vllm": [
        event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}),
        *PIECES,
    ],
    "vllm with continuous usage": [
        chunk(HALF, usage={"prompt_tokens": 700, "completion_tokens": 5}),
        chunk(REST, "stop", usage={"prompt_tokens": 700, "completion_tokens": 10}),
        DONE,
    ],
    # ggml-org/llama.cpp: tools/server/server-context.cpp and README.md, --sse-ping-interval
    "llama.cpp": [b":\n\n", b":\n\n", chunk(None), *PIECES],
    # ikawrakow/ik_llama.cpp#467: without the end mark, unless asked for
    "ik_llama.cpp": [chunk(HALF), chunk(REST), chunk(finish="stop")],
    # openrouter.ai/docs/api-reference/streaming: comments, usage last
    "openrouter": [b": OPENROUTER PROCESSING\n\n", *PIECES],
    # docs.rs/openai-interface: a last chunk whose choices are null
    "null choices": [chunk(HALF), chunk(REST, "stop"), event({"choices": None}), DONE],
    # lmstudio-ai/lmstudio-bug-tracker#649: calls of functions in parts, the later without a name
    "lmstudio": [
        event({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": part}]}}]})
        for part in ({"name": "row_suggestions_v1", "arguments": HALF}, {"arguments": REST})
    ]
    + [DONE],
    "carriage returns": [piece.replace(b"\n", b"\r\n") for piece in PIECES],
    "no space": [piece.replace(b"data: ", b"data:") for piece in PIECES],
    "one byte at a time": [bytes([byte]) for piece in PIECES for byte in piece],
    "a proxy that buffers": [b"".join(PIECES)],
    "names of events and numbers": [
        b"id: 1\nevent: message\nretry: 100\n" + piece for piece in PIECES
    ],
}


@pytest.mark.parametrize("pieces", FORMS.values(), ids=FORMS)
async def test_a_streamed_answer_is_read_as_a_whole_one_is(pieces: list[bytes]) -> None:
    async with provide_stream(sends(*pieces)) as server:
        assert (await server.client.ask(QUESTION)).content == READ
        assert server.requests[0]["stream"] is True
        assert server.requests[0]["stream_options"] == {"include_usage": True}


async def test_a_connection_behind_a_stream_is_not_used_again() -> None:
    # Seen with llama.cpp, which closes it: every second call was lost.
    async with provide_stream(sends(*PIECES)) as server:
        await server.client.ask(QUESTION)
        assert "connection: close" in server.heads[0]


async def test_usage_of_a_stream_counts_as_that_of_a_whole_answer() -> None:
    async with provide_stream(sends(*PIECES)) as server:
        usage = (await server.client.ask(QUESTION)).usage
    assert (usage.input_tokens, usage.output_tokens) == (700, 10)


WINDOW = {
    "code": 400,
    "message": "request (5000 tokens) exceeds the available context size (4096 tokens)",
    "type": "exceed_context_size_error",
    "n_prompt_tokens": 5000,
    "n_ctx": 4096,
}
ERRORS: dict[str, tuple[list[bytes], Failure]] = {
    # vllm-project/vllm: create_streaming_error_response
    "vllm": (
        [event({"error": {"message": "x", "type": "InternalServerError", "code": 500}}), DONE],
        Failure.SERVER_ERROR,
    ),
    # block/goose#8031: an older vLLM
    "vllm, flat": (
        [event({"object": "error", "message": "x", "type": "Bad", "code": 500}), DONE],
        Failure.SERVER_ERROR,
    ),
    # ggml-org/llama.cpp: server-context.cpp, format_error
    "llama.cpp": ([event({"error": WINDOW})], Failure.CONTEXT_TOO_LONG),
    # Its releases of 2024 name the line by what it is
    "llama.cpp, older": ([b"error: " + to_json(WINDOW) + b"\n\n"], Failure.CONTEXT_TOO_LONG),
    # zendev-sh/goai#110
    "lmstudio": (
        [
            b"event: error\n"
            + event({"error": {"message": "Compute error."}, "message": "Compute error."})
        ],
        Failure.SERVER_ERROR,
    ),
    # foundation-model-stack/fms-guardrails-orchestrator#436
    "an event that is called error": (
        [b"event: error\n" + event({"code": 429, "details": "too many"}), DONE],
        Failure.RATE_LIMITED,
    ),
    # openrouter.ai/docs/api/errors
    "openrouter": (
        [
            b": OPENROUTER PROCESSING\n\n",
            event(
                {
                    "error": {"code": 402, "message": "Insufficient credits"},
                    "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
                }
            ),
        ],
        Failure.NO_MONEY,
    ),
    "openai": (
        [event({"error": {"message": "x", "type": "server_error", "code": None}})],
        Failure.SERVER_ERROR,
    ),
    "a bare object": (
        [to_json({"error": {"code": "model_not_found", "message": "x"}}) + b"\n"],
        Failure.NO_SUCH_MODEL,
    ),
}


@pytest.mark.parametrize(("pieces", "failure"), ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("before", [[], [chunk(HALF)]], ids=["at once", "in the middle"])
async def test_an_error_within_a_stream_is_classified_as_any_other(
    pieces: list[bytes], failure: Failure, before: list[bytes]
) -> None:
    async with provide_stream(sends(*before, *pieces)) as server:
        assert (await fail(server)).failure is failure


async def test_an_error_before_a_stream_has_its_status() -> None:
    async def refuse(request: Request, line: Line) -> None:
        await line.begin(503, "application/json")
        await line.send(to_json({"error": {"message": "Loading model", "code": 503}}))

    async with provide_stream(refuse) as server:
        assert (await fail(server)).failure is Failure.OVERLOADED


def breaks_off(*pieces: bytes) -> Answer:
    async def answer(request: Request, line: Line) -> None:
        await line.begin(more="content-length: 100000")
        await line.send(*pieces)
        line.reset()

    return answer


def hangs(*pieces: bytes) -> Answer:
    async def answer(request: Request, line: Line) -> None:
        await line.begin()
        await line.send(*pieces)
        await line.await_hangup()

    return answer


@pytest.mark.parametrize(
    ("answer", "failure", "code"),
    [
        (breaks_off(chunk(HALF)), Failure.DROPPED, "connection"),
        (breaks_off(), Failure.DROPPED, "connection"),
        # ollama/ollama: an error after the first token is written as an empty chunk, without end.
        (sends(chunk(HALF), chunk("")), Failure.DROPPED, "cut-short"),
        (sends(b":\n\n"), Failure.DROPPED, "cut-short"),
        (hangs(chunk(HALF)), Failure.TIMED_OUT, "idle"),
        (hangs(b":\n\n"), Failure.TIMED_OUT, "first-token"),
        (hangs(), Failure.TIMED_OUT, "first-token"),
    ],
    ids=["reset", "reset at once", "ended", "only a comment", "idle", "no token", "no byte"],
)
async def test_a_stream_that_breaks_off_is_no_answer_that_was_cut_off_by_its_length(
    answer: Answer, failure: Failure, code: str
) -> None:
    waits: dict[str, Any] = {"timeout_s": 0.1, "first_token_timeout_s": 0.1}
    async with provide_stream(answer, **waits) as server:
        failed = await fail(server)
    assert (failed.failure, failed.code) == (failure, code)


@pytest.mark.parametrize(
    "answer",
    [breaks_off(chunk(ROWS)), sends(chunk(ROWS)), hangs(chunk(ROWS)), hangs(*PIECES)],
    ids=["reset", "no end", "idle", "open after its end"],
)
async def test_what_broke_off_is_used_where_it_holds_all_that_was_asked_for(
    answer: Answer,
) -> None:
    async with provide_stream(answer, timeout_s=0.1) as server:
        assert (await server.client.ask(QUESTION)).content == READ


async def test_a_stream_that_ends_by_its_length_was_cut_off() -> None:
    async with provide_stream(sends(chunk(HALF), chunk(finish="length"), DONE)) as server:
        assert (await fail(server)).failure is Failure.CUT_OFF


async def test_a_call_that_makes_progress_is_not_cut_by_the_timeout() -> None:
    async def slow(request: Request, line: Line) -> None:
        await line.begin()
        for piece in PIECES:
            await line.think(0.05)
            await line.send(piece)

    async with provide_stream(slow, timeout_s=0.3) as server:
        assert len(PIECES) * 0.05 > 0.5
        assert (await server.client.ask(QUESTION)).content == READ


async def test_comments_while_the_model_reads_its_prompt_are_signs_of_life() -> None:
    async def busy(request: Request, line: Line) -> None:
        await line.begin()
        for _ in range(8):
            await line.think(0.05)
            await line.send(b":\n\n")
        await line.send(*PIECES)

    waits: dict[str, Any] = {"timeout_s": 0.2, "first_token_timeout_s": 0.2}
    async with provide_stream(busy, **waits) as server:
        assert (await server.client.ask(QUESTION)).content == READ


async def test_whom_a_busy_server_lets_wait_while_it_works_for_others_is_not_given_up() -> None:
    first_done = asyncio.Event()

    async def one_slot(request: Request, line: Line) -> None:
        await line.begin()
        if len(server.requests) > 1:
            await first_done.wait()
        for piece in PIECES:
            await line.think(0.04)
            await line.send(piece)
        first_done.set()

    waits: dict[str, Any] = {"timeout_s": 0.2, "first_token_timeout_s": 0.2}
    async with provide_stream(one_slot, **waits) as server:
        both = await asyncio.gather(*(server.client.ask(QUESTION) for _ in range(2)))
    assert [answer.content for answer in both] == [READ, READ]


def refuses(field: str, words: str = "no", code: str | None = None) -> Answer:
    async def answer(request: Request, line: Line) -> None:
        if not request.get(field):
            await line.begin(kind="application/json")
            await line.send(to_json(completes()))
            return
        await line.begin(400, "application/json")
        await line.send(to_json({"error": {"message": words, "code": code, "param": None}}))

    return answer


@pytest.mark.parametrize(
    "words",
    [
        "Unsupported value: 'stream' does not support true with this model.",
        "The model is not supported for streaming.",
        "Streaming is not supported for this model",
        "stream must be false",
    ],
)
async def test_a_server_that_refuses_to_stream_is_asked_for_whole_answers_from_then_on(
    words: str,
) -> None:
    async with provide_stream(refuses("stream", words)) as server:
        for _ in range(2):
            assert (await server.client.ask(QUESTION)).content == READ
        assert [request["stream"] for request in server.requests] == [True, False, False]


async def test_an_organization_that_may_not_stream_need_not() -> None:
    # OpenAI: the code says unsupported_value, the parameter is named
    async def unverified(request: Request, line: Line) -> None:
        await line.begin(400 if request["stream"] else 200, "application/json")
        words = "Your organization must be verified to stream this model."
        refused = {"error": {"message": words, "param": "stream", "code": "unsupported_value"}}
        await line.send(to_json(refused if request["stream"] else completes()))

    async with provide_stream(unverified) as server:
        assert (await server.client.ask(QUESTION)).content == READ


async def test_options_of_a_stream_that_are_refused_are_left_out() -> None:
    async def old(request: Request, line: Line) -> None:
        is_known = "stream_options" not in request
        await line.begin(200 if is_known else 400)
        refused = {"detail": [{"loc": ["body", "stream_options"], "msg": "extra fields"}]}
        await line.send(*(PIECES if is_known else [to_json(refused)]))

    async with provide_stream(old) as server:
        assert (await server.client.ask(QUESTION)).content == READ
        assert "stream_options" not in server.requests[1]
        assert server.requests[1]["stream"] is True


async def test_a_server_that_answers_as_a_whole_all_the_same_is_not_asked_for_a_stream_again() -> (
    None
):
    whole = sends(to_json(completes()), kind="application/json")
    async with provide_stream(whole) as server:
        for _ in range(2):
            assert (await server.client.ask(QUESTION)).content == READ
        assert [request["stream"] for request in server.requests] == [True, False]
        assert "stream_options" not in server.requests[1]


@pytest.mark.parametrize(
    "words",
    [
        "This model only support stream mode, please enable the stream parameter to access it. ",
        "Streaming is required for operations that may take longer than 10 minutes.",
    ],
    ids=["dashscope", "anthropic"],
)
async def test_a_server_that_gives_streams_only_is_asked_for_them(words: str) -> None:
    async def picky(request: Request, line: Line) -> None:
        await line.begin(200 if request["stream"] else 400)
        refused = {"error": {"message": words, "code": "invalid_parameter_error"}}
        await line.send(*(PIECES if request["stream"] else [to_json(refused)]))

    async with provide_stream(picky, profile=ProfileName.CUSTOM) as server:
        for _ in range(2):
            assert (await server.client.ask(QUESTION)).content == READ
        assert [request["stream"] for request in server.requests] == [False, True, True]


async def test_a_server_that_is_too_slow_for_a_whole_answer_is_asked_for_streams() -> None:
    async def slow(request: Request, line: Line) -> None:
        await line.begin()
        if not request["stream"]:
            await line.await_hangup()
        await line.send(*PIECES)

    custom: dict[str, Any] = {"profile": ProfileName.CUSTOM, "timeout_s": 0.2}
    async with provide_stream(slow, **custom) as server:
        assert (await fail(server)).failure is Failure.TIMED_OUT
        assert (await server.client.ask(QUESTION)).content == READ


@pytest.mark.parametrize(
    ("profile", "setting", "is_streamed"),
    [
        (ProfileName.LLAMACPP, None, True),
        (ProfileName.OLLAMA, None, True),
        (ProfileName.LMSTUDIO, None, True),
        (ProfileName.VLLM, None, True),
        (ProfileName.CUSTOM, None, False),
        (ProfileName.DEMO, None, False),
        (ProfileName.LLAMACPP, False, False),
        (ProfileName.CUSTOM, True, True),
    ],
)
async def test_the_profile_says_whether_answers_are_streamed_and_a_setting_goes_before_it(
    profile: ProfileName, setting: bool | None, is_streamed: bool
) -> None:
    async def answer(request: Request, line: Line) -> None:
        await line.begin()
        await line.send(*(PIECES if request["stream"] else [to_json(completes())]))

    async with provide_stream(answer, profile=profile, stream=setting) as server:
        await server.client.ask(QUESTION)
        assert server.requests[0]["stream"] is is_streamed


async def fail(server: StreamServer) -> StageError:
    with pytest.raises(StageError) as raised:
        await server.client.ask(QUESTION)
    return raised.value
