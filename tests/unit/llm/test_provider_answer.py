"""An answer that holds what was asked for is used, whatever else is odd about it: over HTTP."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic_core import to_json

from services.failure.verdict import Failure
from services.llm.exchange.output_mode import OutputMode
from tests.unit.llm.fake_provider import QUESTION, READ, ROWS, Said, completes, provide

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
    "an example behind it": ROWS + ' Or shorter: {"rows": [{"cells": ["...", "..."]}]}',
    "another shape behind it": ROWS + ' As names: {"rows": ["Malawi"]}',
    "a part of it behind it": ROWS + ' Of which {"rows": [{"cells": [null, null]}]} is left.',
    "comments with #": '{"rows": [ # the rows, "all"\n{"cells": ["Malawi", "706"]}]}',
    "comments everywhere": '/* a */{"rows": // b\n[{"cells": ["Malawi", "706"] # c\n},\n# d\n]}',
    "smart quotes": "{“rows”: [{“cells”: [“Malawi”, “706”]}]}",
    "German quotes": "{„rows“: [{„cells“: [„Malawi“, „706“]}]}",
    "single smart quotes": "{‘rows’: [{‘cells’: [‘Malawi’, ‘706’]}]}",
    "wide punctuation": '{"rows"：[{"cells"：["Malawi"，"706"]}]}',
    "spaces that JSON does not know": ROWS.replace(" ", "\u00a0").replace("[", "\u2003[\u200b"),
    "a byte order mark": "\ufeff" + ROWS,
    "a missing comma": '{"rows": [{"cells": ["Malawi", "706"]} ] "note": "x"}',
    "an ellipsis": '{"rows": [{"cells": ["Malawi", "706"]}, ...]}',
    "a bare row": '{"cells": ["Malawi", "706"]}',
    "a bare row in a text": 'The row is {"cells": ["Malawi", "706"]}.',
    "a bare row with its number": '{"row": 1, "cells": ["Malawi", "706"]}',
    "a bare list of cells": '```json\n["Malawi", "706"]\n```',
    "quotes as HTML has them": ROWS.replace('"', "&quot;"),
    "escaped quotes": ROWS.replace('"', '\\"'),
    "quotes as CSV has them": ROWS.replace('"', '""'),
    "members without braces": ROWS[1:-1],
    "a quoted word before it": f'"Rows": {ROWS}',
    "doubled quotes before it": f'As ""rows"": {ROWS}',
    "a template behind it": ROWS + ' As in {"rows": [{"cells": ["<lake>", "<depth>"]}]}',
    "a text in a text in a text": json.dumps(json.dumps(ROWS)),
    "rows by number": '{"rows": {"0": {"cells": ["Malawi", "706"]}}}',
    "an empty row before it": '{"rows": [null, {"cells": ["Malawi", "706"]}]}',
    "ends of lines that are written out": ROWS.replace(", ", ",\\n"),
    "signs that nobody sees": ROWS.replace(" ", "\x00").replace("[", "[\u00ad"),
    "primes for quotes": ROWS.replace('"', "″"),
    "backticks for quotes": ROWS.replace('"', "`"),
    "a parameter of a call": f"<tool_call><parameter=rows>{ROWS[9:-1]}</parameter></tool_call>",
    "a thought behind it": f'{ROWS}\n<think>Or {{"rows": [{{"cells": ["x", "1"]}}]}}</think>',
    "two thoughts": f'<think>{{"rows": []}}</think> So: <think>{{</think>{ROWS}',
    "a row by its name": '{"row": {"cells": ["Malawi", "706"]}}',
    "rows by header": '{"rows": [{"Name": "Malawi", "Depth": "706"}]}',
    "cells by header": '{"rows": [{"cells": {"Name": "Malawi", "Depth": "706"}}]}',
    "rows by key": '{"rows": {"r1": {"cells": ["Malawi", "706"]}}}',
    "a list too deep": '{"rows": [[["Malawi", "706"]]]}',
    "cells a list too deep": '{"rows": [{"cells": [["Malawi", "706"]]}]}',
    "an end of thought in a value": ROWS[:-1] + ', "note": "</think>"}',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_json_is_found_in_whatever_is_said_around_it(text: str) -> None:
    async with provide(Said(completes(text))) as provider:
        assert (await provider.ask()).content == READ


@pytest.mark.parametrize(
    "lines",
    [
        '{"cells": ["Malawi", "706"]}\n{"cells": ["Kivu", "480"]}',
        '{"cells": ["Malawi", "706"]},\n{"cells": ["Kivu", "480"]},',
        '1. {"cells": ["Malawi", "706"]}\n2. {"cells": ["Kivu", "480"]}',
        '{“cells”: ["Malawi", "706"]}\r\n{"cells": [“Kivu”, "480",]}',
        '["Malawi", "706"]\n["Kivu", "480"]',
        '{"rows": [{"cells": ["Malawi", "706"]} {"cells": ["Kivu", "480"]}]}',
        'So: {"cells": ["x"]}. Or:\n{"cells": ["Malawi", "706"]}\n{"cells": ["Kivu", "480"]}',
    ],
)
async def test_rows_one_after_the_other_are_the_rows(lines: str) -> None:
    async with provide(Said(completes(lines))) as provider:
        rows = json.loads((await provider.ask()).content)["rows"]
    assert [row["cells"] for row in rows] == [["Malawi", "706"], ["Kivu", "480"]]


async def test_of_several_answers_the_one_with_as_many_rows_as_were_asked_for_counts() -> None:
    row = {"cells": ["Kivu", "480"]}
    said = f"{json.dumps({'rows': [row, row]})} For instance {ROWS}"
    async with provide(Said(completes(said))) as provider:
        two = await provider.ask(replace(QUESTION, exact={"rows": 2}))
        last = await provider.ask()
    assert (json.loads(two.content)["rows"], last.content) == ([row, row], READ)


ESCAPES = [
    (r"L\'Aquila", "L'Aquila"),
    (r"snake\_case", "snake_case"),
    (r"$\alpha$", "$\\alpha$"),
    (r"C:\Users\x", "C:\\Users\\x"),
    (r"a\u0041\_b\n", "aA_b\n"),
]


@pytest.mark.parametrize(("written", "meant"), ESCAPES)
async def test_a_backslash_that_escapes_nothing_is_read(written: str, meant: str) -> None:
    async with provide(Said(completes(ROWS.replace("Malawi", written)))) as provider:
        cells = json.loads((await provider.ask()).content)["rows"][0]["cells"]
    assert cells == [meant, "706"]


CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": ROWS}}
THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": '{"rows": []}'}]}
READ_ROWS = json.loads(ROWS)
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
    "a part whose text is an object": {"content": [{"type": "text", "text": {"value": ROWS}}]},
    "calls that are no list": {"content": ROWS, "tool_calls": True},
    "the input of a call": {"content": None, "tool_calls": [{"name": "f", "input": READ_ROWS}]},
    "the parameters of a call": {"tool_calls": [{"name": "f", "parameters": READ_ROWS}]},
    "only thinking": {"content": None, "thinking": ROWS},
    "an empty refusal": {"refusal": ""},
    "a refusal that says None": {"refusal": "None"},
    "a refusal beside it": {"refusal": "I would rather not."},
    "the input of a custom call": {"tool_calls": [{"type": "custom", "custom": {"input": ROWS}}]},
    "what was parsed": {"content": None, "parsed": READ_ROWS},
    "calls as a text": {"content": None, "tool_calls": json.dumps([CALL])},
    "a call without an argument": {"tool_calls": [{"function": {"arguments": "{}"}}]},
    "a call that holds nothing": {"tool_calls": [{"function": {"arguments": '{"rows": []}'}}]},
    "details of reasoning": {
        "content": None,
        "reasoning_details": [{"type": "reasoning.text", "text": ROWS}],
    },
    "a draft in the reasoning": {"reasoning_content": '{"rows": [{"cells": ["x", "1"]}]}'},
    "one part": {"content": {"type": "text", "text": f"```json\n{ROWS}\n```"}},
    "Gemini's parts": {"content": {"parts": [{"text": "x", "thought": True}, {"text": ROWS}]}},
    "a part that is a call": {"content": [{"type": "text", "text": "So:"}, {"input": READ_ROWS}]},
    "a part that is JSON": {"content": [{"type": "output_json", "json": READ_ROWS}]},
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


def stream_call(index: object = 0) -> bytes:
    deltas = [
        {"tool_calls": [{"index": index, "function": {"name": "f", "arguments": piece}}]}
        for piece in (ROWS[:9], ROWS[9:])
    ]
    events = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()


def events(*told: dict[str, Any]) -> bytes:
    return "".join(f"event: x\ndata: {json.dumps(event)}\n\n" for event in told).encode()


def gemini(text: str) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}}]}


WHOLE = json.dumps(completes()).encode()
NDJSON = {"content-type": "application/x-ndjson"}
PIECES = [{"choices": [{"delta": {"content": piece}}]} for piece in (ROWS[:9], ROWS[9:])]
OLLAMA: list[dict[str, Any]] = [
    {"message": {"role": "assistant", "content": ROWS[:9]}, "done": False},
    {"message": {"role": "assistant", "content": ROWS[9:]}, "done": False},
    {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"},
]
ANTHROPIC: list[dict[str, Any]] = [
    {"type": "message_start", "message": {"role": "assistant", "content": []}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ROWS[:9]}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ROWS[9:]}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
]
RESPONSE_EVENTS: list[dict[str, Any]] = [
    {"type": "response.created", "response": {"id": "r", "output": [], "text": {"format": {}}}},
    {"type": "response.output_text.delta", "delta": ROWS[:9]},
    {"type": "response.output_text.delta", "delta": ROWS[9:]},
]
RESPONSES = [
    {"type": "reasoning", "summary": []},
    {"type": "message", "content": [{"type": "output_text", "text": ROWS}]},
]
EVENT_ON_LINES = (
    b'data: {"choices": [\ndata: ' + json.dumps(PIECES[0]["choices"][0]).encode() + b"]}\n\n"
    b'data: {"choices":\ndata: ' + json.dumps(PIECES[1]["choices"]).encode() + b"\ndata: }\n\n"
)
BODIES: dict[str, Said] = {
    "a stream": Said(stream(), headers={"content-type": "text/event-stream"}),
    "a stream of a call": Said(stream_call()),
    "a stream of a call whose index is none": Said(stream_call([])),
    "a stream with line separators in its text": Said(
        b"data: " + json.dumps(completes("\u2028" + ROWS), ensure_ascii=False).encode() + b"\n\n"
    ),
    "an event that is whole": Said(b"event: message\ndata: " + WHOLE + b"\n\n"),
    "an end of a stream behind it": Said(WHOLE + b"\ndata: [DONE]\n\n"),
    "comments before it": Said(b": PROCESSING\n\n: PROCESSING\n\n" + WHOLE),
    "white space before it": Said(b"\n" * 1_000_000 + WHOLE),
    "a byte order mark": Said(b"\xef\xbb\xbf" + WHOLE),
    "a list around it": Said(b"[" + WHOLE + b"]"),
    "written as a text": Said(json.dumps(json.dumps(completes())).encode()),
    "a generation, as Bedrock has Llama's": Said({"generation": ROWS, "stop_reason": "stop"}),
    "called a text": Said(WHOLE, headers={"content-type": "text/plain"}),
    "called a page": Said(WHOLE, headers={"content-type": "text/html"}),
    "compressed": Said(gzip.compress(WHOLE), headers={"content-encoding": "gzip"}),
    "an error that is null": Said(completes() | {"error": None}),
    "an error that is empty": Said(completes() | {"error": {}}),
    "an error that says nothing": Said(completes() | {"error": {"code": 0, "message": ""}}),
    "an error that says null": Said(completes() | {"error": {"code": None, "message": None}}),
    "an error that says None": Said(completes() | {"error": "None"}),
    "an error that is 0": Said(completes() | {"error": 0}),
    "one choice, no list": Said(completes() | {"choices": completes()["choices"][0]}),
    "choices by number": Said(completes() | {"choices": {"0": completes()["choices"][0]}}),
    "choices that are texts": Said({"choices": [ROWS]}),
    "a list of choices in a list": Said({"choices": [completes()["choices"]]}),
    "a piece in an answer as a whole": Said({"choices": [{"delta": {"content": ROWS}}]}),
    "the last of its messages": Said({"choices": [{"messages": [{"content": ROWS}]}]}),
    "an event on two lines": Said(EVENT_ON_LINES),
    "events without a line between them": Said(stream().replace(b"\n\n", b"\n")),
    "lines without data": Said(b"\n".join(map(to_json, PIECES))),
    "two bodies": Said(WHOLE + b"\n" + WHOLE),
    "an empty body before it": Said(b'{"id": "x"}\n' + WHOLE),
    "a list of pieces": Said(PIECES),
    "Ollama's lines": Said(b"\n".join(map(to_json, OLLAMA)), headers=NDJSON),
    "Ollama's text": Said({"model": "m", "response": ROWS, "done": True}),
    "Ollama's message": Said({"message": {"content": ROWS}, "done": True, "eval_count": 5}),
    "Anthropic's": Said({"type": "message", "role": "assistant", "content": [{"text": ROWS}]}),
    "Anthropic's events": Said(events(*ANTHROPIC)),
    "Gemini's": Said({"candidates": [{"content": {"parts": [{"text": ROWS}]}}]}),
    "Responses": Said({"object": "response", "status": "completed", "output": RESPONSES}),
    "Cohere's": Said({"message": {"content": [{"type": "text", "text": ROWS}]}}),
    "Cloudflare's": Said({"result": {"response": ROWS}, "success": True, "errors": []}),
    "Cloudflare's object": Said({"result": {"response": READ_ROWS}, "success": True}),
    "Replicate's": Said({"status": "succeeded", "output": [ROWS[:9], ROWS[9:]]}),
    "Bedrock's": Said({"output": {"message": {"content": [{"text": ROWS}]}}}),
    "watsonx's": Said({"results": [{"generated_text": ROWS}]}),
    "DashScope's": Said({"status_code": 200, "output": {"choices": completes()["choices"]}}),
    "watsonx's predictions": Said({"predictions": [ROWS]}),
    "Cohere's generations": Said({"generations": [{"text": ROWS}]}),
    "AI21's": Said({"completions": [{"data": {"text": ROWS}}]}),
    "Baidu's": Said({"id": "as", "result": ROWS, "is_truncated": False}),
    "MiniMax's of old": Said({"choices": [{"messages": [{"text": ROWS}]}]}),
    "Tencent's": Said({"Response": {"Choices": [{"Message": {"Content": ROWS}}]}}),
    "Gemini's pieces": Said([gemini(ROWS[:9]), gemini(ROWS[9:])]),
    "Gemini's call": Said(
        {"candidates": [{"content": {"parts": [{"functionCall": {"args": READ_ROWS}}]}}]}
    ),
    "events of Responses": Said(events(*RESPONSE_EVENTS)),
    "events of a wrapper": Said(events({"data": PIECES[0]}, {"data": PIECES[1]})),
    "an event whose lines have no name": Said(
        b"data: " + json.dumps(completes(), indent=1).encode() + b"\n\n"
    ),
    "ends of lines of old": Said(stream().replace(b"\n", b"\r")),
    "success that is false beside it": Said(completes() | {"success": False}),
    "a code of their own beside it": Said({"code": 1, "msg": "ok", "data": completes()}),
    "a status of Responses": Said({"status": "incomplete", "output": RESPONSES}),
    "in data": Said({"code": 0, "message": "success", "data": completes()}),
    "in a result": Said({"success": True, "errors": [], "result": completes()}),
    "in a proxy's body": Said({"statusCode": 200, "body": WHOLE.decode()}),
    "an error that is an empty list": Said(completes() | {"error": [], "errors": []}),
    "MiniMax's status": Said(completes() | {"base_resp": {"status_code": 0, "status_msg": ""}}),
    "a code beside it": Said(completes() | {"code": 200, "msg": "ok"}),
    "UTF-16": Said(WHOLE.decode().encode("utf-16")),
    "a comment of HTML before it": Said(b"<!-- proxy -->\n" + WHOLE),
    "a guard before it": Said(b")]}',\n" + WHOLE),
    "a trailing comma": Said(WHOLE[:-1] + b",}"),
    "zeros behind it": Said(WHOLE + b"\0\0"),
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


@pytest.mark.parametrize(
    "body",
    [
        Said(b"\n".join(map(to_json, OLLAMA)), headers=NDJSON),
        Said(b"\n".join(map(to_json, PIECES)), headers=NDJSON),
        Said(events(*ANTHROPIC), headers={"content-type": "text/event-stream"}),
        Said(events(*RESPONSE_EVENTS), headers={"content-type": "text/event-stream"}),
        Said(EVENT_ON_LINES, headers={"content-type": "text/event-stream"}),
    ],
)
async def test_a_stream_that_was_asked_for_is_read_in_a_servers_own_form(body: Said) -> None:
    async with provide(body, stream=True) as provider:
        assert (await provider.ask()).content == READ
        assert provider.client.fallback.is_streamed
