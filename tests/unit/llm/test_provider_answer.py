"""An answer that holds what was asked for is used, whatever else is odd about it: over HTTP."""

import gzip
import json
from typing import Any

import pytest

from services.failure.verdict import Failure
from services.llm.exchange.output_mode import OutputMode
from tests.unit.llm.fake_provider import READ, ROWS, Said, completes, provide

THOUGHT = '<think>\nMaybe {"draft": true}, or {"rows": []}.\n</think>\n'
HARMONY = (
    '<|channel|>analysis<|message|>Maybe {"rows": []}.<|end|><|start|>assistant'
    f"<|channel|>final<|message|>{ROWS}<|return|>"
)
TEXTS = {
    "alone": ROWS,
    "a note behind it": f"{ROWS}\n\nNote: {{all}} values are my best knowledge.",
    "an end token behind it": f"{ROWS}<|im_end|>",
    "a brace too many": ROWS + "}",
    "twice": ROWS + ROWS,
    "a second copy that is cut off": ROWS + ROWS[:-8],
    "a text before it": f"Here are [2] rows: {ROWS}",
    "a fence": f"```json\n{ROWS}\n```\nEnjoy!",
    "a fence without an end": f"```json\n{ROWS}",
    "a thought with braces": THOUGHT + ROWS,
    "a thought that began in the prompt": 'So {"rows": []}.</think>' + ROWS,
    "a thought, then a fence": f"{THOUGHT}```\n{ROWS}\n```",
    "a thought in brackets": f'[THINK]{{"rows": []}}[/THINK]{ROWS}',
    "channels": HARMONY,
    "a trailing comma": ROWS[:-1] + ",}",
    "trailing commas at every level": '{"rows": [{"cells": ["Malawi", "706",],},],}',
    "a comma and a fence": f"```json\n{ROWS[:-1]},\n}}\n```",
    "a missing bracket": ROWS[:-1],
    "quotes of Python": "{'rows': [{'cells': ['Malawi', '706']}]}",
    "names without quotes": '{rows: [{cells: ["Malawi", "706"]}]}',
    "comments": '{"rows": [ // the rows\n{"cells": ["Malawi", "706"]}]}',
    "a list as a text": json.dumps({"rows": json.dumps([{"cells": ["Malawi", "706"]}])}),
    "cells as a text": json.dumps({"rows": [{"cells": '["Malawi", "706"]'}]}),
    "all of it as a text": json.dumps(ROWS),
    "a wrapper": json.dumps({"row_suggestions_v1": json.loads(ROWS)}),
    "a list around it": f"[{ROWS}]",
    "the bare list": '[{"cells": ["Malawi", "706"]}]',
    "bare lists": '{"rows": [["Malawi", "706"]]}',
    "a lone row": '{"rows": {"cells": ["Malawi", "706"]}}',
    "a call as a text": f'<tool_call>\n{{"name": "f", "arguments": {ROWS}}}\n</tool_call>',
    "other capitals": ROWS.replace("rows", "Rows"),
    "a name twice": ROWS.replace('"rows"', '"rows": [], "rows"'),
    "white space": ROWS[:-1] + " " * 1_000_000 + "}",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_json_is_found_in_whatever_is_said_around_it(text: str) -> None:
    async with provide(Said(completes(text))) as provider:
        assert (await provider.ask()).content == READ


CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": ROWS}}
THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": '{"rows": []}'}]}
MESSAGES: dict[str, dict[str, Any]] = {
    "parts": {"content": [THINKING, {"type": "text", "text": ROWS}]},
    "parts of text": {"content": [ROWS[:9], ROWS[9:]]},
    "an object": {"content": json.loads(ROWS)},
    "only a thought": {"content": None, "reasoning_content": ROWS},
    "only reasoning": {"content": "", "reasoning": ROWS},
    "a function": {"content": None, "tool_calls": [CALL]},
    "an object as arguments": {
        "content": None,
        "tool_calls": [{"function": {"name": "f", "arguments": json.loads(ROWS)}}],
    },
    "the old form of a function": {"content": None, "function_call": {"arguments": ROWS}},
    "an empty refusal": {"refusal": ""},
    "a refusal that says None": {"refusal": "None"},
    "a refusal beside it": {"refusal": "I would rather not."},
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
async def test_it_is_found_in_whatever_part_of_a_message(message: dict[str, Any]) -> None:
    async with provide(Said(completes(message=message))) as provider:
        assert (await provider.ask()).content == READ


@pytest.mark.parametrize(
    "reason", ["", None, "STOP", "end_turn", "eos_token", "length", "content_filter", 7]
)
async def test_why_it_ended_says_nothing_where_the_answer_is_whole(reason: Any) -> None:
    async with provide(Said(completes(finish_reason=reason))) as provider:
        assert (await provider.ask()).content == READ


async def test_a_second_choice_is_read_where_the_first_is_empty() -> None:
    body = completes("")
    body["choices"] += completes(index=1)["choices"]
    async with provide(Said(body)) as provider:
        assert (await provider.ask()).content == READ


@pytest.mark.parametrize(
    ("text", "reason", "failure"),
    [
        (ROWS[:-12], "length", Failure.CUT_OFF),
        (ROWS[:-12], "stop", Failure.CUT_OFF),
        ('{"rows": []} ' + ROWS[:-12], "length", Failure.CUT_OFF),
        ("{" + "\n" * 30_000, "length", Failure.CUT_OFF),
        ("", "stop", Failure.EMPTY),
        ("", "content_filter", Failure.REFUSED),
        ("", "SAFETY", Failure.REFUSED),
    ],
)
async def test_an_answer_that_is_not_whole_is_not_used(
    text: str, reason: str, failure: Failure
) -> None:
    async with provide(Said(completes(text, finish_reason=reason))) as provider:
        assert (await provider.fail()).failure is failure


@pytest.mark.parametrize(
    "slip",
    ['{"rows": [{"cells": ["a",, "b"]}]}', '{"rows": [{"cells": ["say "hi" b"]}]}', "No."],
)
async def test_what_would_be_a_guess_is_not_mended(slip: str) -> None:
    async with provide(Said(completes(slip))) as provider:
        assert (await provider.ask()).content == slip


async def test_the_digits_of_numbers_are_kept() -> None:
    told = "12345678901234567.25, 686.980, 1e21, 12345678901234567890123, NaN, -Infinity, true"
    async with provide(Said(completes(f'{{"rows": [{{"cells": [{told}]}}]}}'))) as provider:
        cells = json.loads((await provider.ask()).content)["rows"][0]["cells"]
    assert cells[:4] == told.split(", ")[:4]
    assert cells[4:] == [None, None, True]


async def test_half_a_character_fails_nothing() -> None:
    async with provide(Said(completes('{"rows": [{"cells": ["\\ud83d!"]}]}'))) as provider:
        assert (await provider.ask()).content == '{"rows":[{"cells":["\ufffd!"]}]}'


USAGES: list[tuple[Any, tuple[Any, ...]]] = [
    (None, (None, None, None, None)),
    ("none", (None, None, None, None)),
    ([], (None, None, None, None)),
    ({"prompt_tokens": -1, "completion_tokens": -1}, (None, None, None, None)),
    ({"prompt_tokens": 0, "completion_tokens": 5}, (None, 5, None, None)),
    ({"prompt_tokens": 812.0, "completion_tokens": "31"}, (812, 31, None, None)),
    ({"prompt_tokens": 26, "completion_tokens": 5}, (26, 5, None, None)),
    ({"prompt_tokens": 1e300, "completion_tokens": True}, (None, None, None, None)),
    ({"prompt_tokens": 700, "completion_tokens_details": []}, (700, None, None, None)),
    (
        {"prompt_tokens": 140, "prompt_tokens_details": {"cached_tokens": 560}},
        (700, None, 560, None),
    ),
    (
        {"completion_tokens": 60, "completion_tokens_details": {"reasoning_tokens": 61}},
        (None, 121, None, 61),
    ),
    (
        {
            "prompt_tokens": 9,
            "completion_tokens": 60,
            "total_tokens": 109,
            "completion_tokens_details": {"reasoning_tokens": 40},
        },
        (9, 100, None, 40),
    ),
]


@pytest.mark.parametrize(("usage", "read"), USAGES)
async def test_no_form_of_usage_costs_an_answer(usage: Any, read: tuple[Any, ...]) -> None:
    async with provide(Said(completes() | {"usage": usage}), profile="ollama") as provider:
        answer = await provider.ask()
        told = answer.usage
    assert answer.content == READ
    assert read == (
        told.input_tokens,
        told.output_tokens,
        told.cached_tokens,
        told.reasoning_tokens,
    )


def stream(text: str = ROWS, **more: Any) -> bytes:
    pieces = [text[place : place + 7] for place in range(0, len(text), 7)]
    deltas = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]} | more
    events = [f"data: {json.dumps(event)}\n\n" for event in ({"model": "m"}, *deltas, end)]
    return f": PROCESSING\n\n{''.join(events)}data: [DONE]\n\n".encode()


def stream_call() -> bytes:
    deltas = [
        {"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": piece}}]}
        for piece in (ROWS[:9], ROWS[9:])
    ]
    events = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()


WHOLE = json.dumps(completes()).encode()
BODIES: dict[str, Said] = {
    "a stream": Said(stream(), headers={"content-type": "text/event-stream"}),
    "a stream of a call": Said(stream_call()),
    "an event that is whole": Said(b"event: message\ndata: " + WHOLE + b"\n\n"),
    "an end of a stream behind it": Said(WHOLE + b"\ndata: [DONE]\n\n"),
    "comments before it": Said(b": PROCESSING\n\n: PROCESSING\n\n" + WHOLE),
    "white space before it": Said(b"\n" * 1_000_000 + WHOLE),
    "a byte order mark": Said(b"\xef\xbb\xbf" + WHOLE),
    "a list around it": Said(b"[" + WHOLE + b"]"),
    "called a text": Said(WHOLE, headers={"content-type": "text/plain"}),
    "called a page": Said(WHOLE, headers={"content-type": "text/html"}),
    "compressed": Said(gzip.compress(WHOLE), headers={"content-encoding": "gzip"}),
    "an error that is null": Said(completes() | {"error": None}),
    "an error that is empty": Said(completes() | {"error": {}}),
    "one choice, no list": Said(completes() | {"choices": completes()["choices"][0]}),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_completion_is_read_however_it_is_sent(body: Said) -> None:
    async with provide(body) as provider:
        assert (await provider.ask()).content == READ


async def test_a_streams_usage_is_read() -> None:
    usage = {"prompt_tokens": 700, "completion_tokens": 9}
    async with provide(Said(stream(usage=usage))) as provider:
        assert (await provider.ask()).usage.output_tokens == 9


async def test_letters_are_read_as_the_server_has_written_them() -> None:
    body = json.dumps(completes('{"rows":[{"cells":["Malmö"]}]}'), ensure_ascii=False)
    latin = {"content-type": "application/json; charset=iso-8859-1"}
    async with provide(Said(body.encode("latin-1"), headers=latin)) as provider:
        assert "Malmö" in (await provider.ask()).content


async def test_no_stream_is_asked_for_and_that_is_said() -> None:
    async with provide(Said(completes())) as provider:
        await provider.ask()
        assert provider.requests[0]["stream"] is False


@pytest.mark.parametrize(
    "body",
    [
        Said(b"garbled", headers={"content-encoding": "gzip"}),
        Said(b""),
        Said(b"OK"),
        Said({}),
        Said(b"\xff\xfe{"),
        Said(b'{"choices": [' * 5_000),
    ],
)
async def test_what_is_no_completion_is_the_servers_failure_and_asked_for_again(
    body: Said,
) -> None:
    async with provide(body) as provider:
        error = await provider.fail()
        assert (error.failure, error.kind) == (Failure.NOT_A_COMPLETION, "provider")
        assert error.verdict.here_s


async def test_an_answer_by_function_is_read_where_only_that_is_taken() -> None:
    def picky(request: dict[str, Any]) -> Said:
        if "tools" not in request:
            return Said({"error": {"message": "no", "param": "response_format"}}, 400)
        arguments = {"name": "f", "arguments": json.loads(ROWS)}
        return Said(completes(None, message={"tool_calls": [{"function": arguments}]}))

    async with provide(picky) as provider:
        answer = await provider.ask()
    assert (answer.content, answer.level) == (READ, OutputMode.FUNCTION)
