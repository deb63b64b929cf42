"""The server over HTTP, in process: OpenAI's forms, the counts, and what faults look like."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_core import from_json, to_json
from starlette.testclient import TestClient

from services.demo_llm.app import DemoServer
from services.demo_llm.demo_model import DemoModel
from services.demo_llm.fault.fault import FaultKind
from services.demo_llm.fault.scenario import Scenario
from services.demo_llm.fault.table import FAULTS
from services.demo_llm.reply.reply import Manner, Reply
from tests.unit.demo_llm.asking import (
    KNOWLEDGE,
    ROW,
    SCHEMAS,
    TABLE,
    make_body,
    make_table,
    read_content,
)

CHAT = "/v1/chat/completions"
BODY = make_body(TABLE, make_table("Planets"))
STATUS_FAULTS = [fault for fault in FAULTS.values() if fault.kind is FaultKind.STATUS]
TOOL = {"type": "function", "function": {"name": TABLE, "parameters": SCHEMAS[TABLE]}}
FORCED = {"response_format": None, "tools": [TOOL], "tool_choice": "required"}
NAMED = {
    "messages": [{"role": "system", "content": f"Answer as {TABLE}."}, *BODY["messages"]],
    "response_format": {"type": "json_object"},
}
TRAITS: dict[str, Any] = {
    "tools": FORCED,
    "json_object": NAMED,
    "flex": {"service_tier": "flex"},
} | {
    field: {field: value}
    for field, value in {
        "max_completion_tokens": 500,
        "prompt_cache_key": "k",
        "safety_identifier": "s",
        "service_tier": "flex",
        "store": False,
        "metadata": {},
        "seed": 1,
        "temperature": 0.2,
    }.items()
}


@pytest.fixture
def client() -> Iterator[TestClient]:
    model = DemoModel(KNOWLEDGE, Scenario(latency_ms=0))
    with TestClient(DemoServer(model).build_app()) as client:
        yield client


def ask_with(client: TestClient, **fields: Any) -> Any:
    return client.post(CHAT, json=BODY | fields)


def test_a_completion_has_openais_form_and_says_that_it_is_demo_data(client: TestClient) -> None:
    answer = ask_with(client)
    body = answer.json()
    assert read_content(answer.content)["title"] == "Planets"
    assert (body["object"], body["model"]) == ("chat.completion", "demo-table-1")
    assert body["system_fingerprint"] == "demo"
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["usage"]["estimated"] is True
    assert answer.headers["x-demo"] == "1"
    assert answer.headers["x-request-id"].startswith("req_demo_")


def test_a_stream_ends_with_usage_and_done_and_joins_to_the_same_content(
    client: TestClient,
) -> None:
    answer = ask_with(client, stream=True, stream_options={"include_usage": True})
    events = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    chunks = [from_json(event) for event in events[:-1]]
    pieces = [c["choices"][0]["delta"].get("content", "") for c in chunks if c["choices"]]
    assert events[-1] == "[DONE]"
    assert chunks[-1]["usage"]["total_tokens"] > 0
    assert from_json("".join(pieces)) == read_content(ask_with(client).content)


def test_a_forced_function_is_called_with_the_answer(client: TestClient) -> None:
    named = FORCED | {"tool_choice": {"type": "function", "function": {"name": TABLE}}}
    for fields, reason in ((named, "stop"), (FORCED, "tool_calls")):
        choice = ask_with(client, **fields).json()["choices"][0]
        call = choice["message"]["tool_calls"][0]
        assert from_json(call["function"]["arguments"])["title"] == "Planets"
        assert choice["finish_reason"] == reason


@pytest.mark.parametrize(("kind", "start"), [("json_object", "{"), ("text", "Here is the table")])
def test_a_schema_named_in_the_prompt_is_found(client: TestClient, kind: str, start: str) -> None:
    messages = [{"role": "system", "content": f"Answer as {TABLE}."}, *BODY["messages"]]
    answer = ask_with(client, messages=messages, response_format={"type": kind})
    assert answer.json()["choices"][0]["message"]["content"].startswith(start)


def test_an_unknown_schema_is_filled_and_no_schema_gets_a_plain_sentence(
    client: TestClient,
) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}}
    probe = {"type": "json_schema", "json_schema": {"name": "probe", "schema": schema}}
    filled = ask_with(client, response_format=probe)
    plain = ask_with(client, response_format=None, messages=[{"role": "user", "content": "hi"}])
    assert isinstance(read_content(filled.content)["ok"], bool)
    assert "demo data" in plain.json()["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"model": "gpt-5"}, 404, "model_not_found"),
        ({"model": "demo-table-1@nope"}, 400, None),
        ({"messages": []}, 400, None),
    ],
)
def test_a_wrong_request_gets_an_error_in_openais_form(
    client: TestClient, fields: dict[str, Any], status: int, code: str | None
) -> None:
    answer = ask_with(client, **fields)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert sorted(error) == ["code", "message", "param", "type"]


@pytest.mark.parametrize("fault", STATUS_FAULTS, ids=lambda fault: fault.name)
def test_a_status_fault_is_what_the_table_says(client: TestClient, fault: Any) -> None:
    answer = ask_with(client, model=f"demo-table-1@{fault.name}", **TRAITS.get(fault.trait, {}))
    assert answer.status_code == fault.status
    assert ("retry-after" in answer.headers) == fault.has_retry_after
    if not fault.is_text:
        assert answer.json()["error"]["code"] == fault.code


@pytest.mark.parametrize(
    ("fault", "finish_reason", "content_start"),
    [
        ("length", "length", '{"title"'),
        ("filter", "content_filter", '{"title"'),
        ("refusal", "stop", None),
        ("blank", "stop", None),
        ("nonsense", "stop", "Sure!"),
        ("schema", "stop", '{"description"'),
    ],
)
def test_an_envelope_fault_is_seen_in_the_choice(
    client: TestClient, fault: str, finish_reason: str, content_start: str | None
) -> None:
    choice = ask_with(client, model=f"demo-table-1@{fault}").json()["choices"][0]
    content = choice["message"]["content"]
    assert choice["finish_reason"] == finish_reason
    assert content.startswith(content_start) if content_start else content is None


@pytest.mark.parametrize(
    ("fault", "fields", "is_hit"),
    [
        ("no-strict", {}, True),
        ("no-json-schema", {}, True),
        ("no-json-schema", FORCED, False),
        ("no-json-schema,no-tools", FORCED, True),
        ("no-json-schema,no-tools", NAMED, False),
        ("no-max-completion-tokens", {"max_tokens": 500}, False),
        ("no-max-completion-tokens", {"max_completion_tokens": 500}, True),
    ],
)
def test_what_is_not_supported_is_refused_only_where_it_is_used(
    client: TestClient, fault: str, fields: dict[str, Any], is_hit: bool
) -> None:
    answer = ask_with(client, model=f"demo-table-1@{fault}", **fields)
    assert (answer.status_code == 400) == is_hit


def test_an_answer_longer_than_its_cap_is_cut_only_by_a_fault(client: TestClient) -> None:
    asked = {"model": "demo-table-1@cap"}
    small = ask_with(client, max_completion_tokens=20, **asked).json()["choices"][0]
    large = ask_with(client, max_completion_tokens=2000, **asked).json()["choices"][0]
    assert (small["finish_reason"], len(small["message"]["content"])) == ("length", 60)
    assert large["finish_reason"] == "stop"


def test_a_scenario_may_limit_the_context_and_a_header_ask_for_faults(client: TestClient) -> None:
    client.post("/_demo/scenario", json={"contextTokens": 50})
    refused = ask_with(client)
    client.post("/_demo/scenario", json={"contextTokens": None})
    headed = client.post(CHAT, json=BODY, headers={"x-demo-faults": "503"})
    assert refused.json()["error"]["code"] == "context_length_exceeded"
    assert (ask_with(client).status_code, headed.status_code) == (200, 503)


def test_a_cut_context_shows_in_prompt_tokens_and_empty_has_no_choices(client: TestClient) -> None:
    whole = ask_with(client).json()["usage"]["prompt_tokens"]
    cut = ask_with(client, model="demo-table-1@cut").json()["usage"]["prompt_tokens"]
    assert cut * 4 < whole
    assert ask_with(client, model="demo-table-1@empty").json()["choices"] == []


def test_a_question_that_is_asked_again_gets_another_slip(client: TestClient) -> None:
    odds = {"x-demo-faults": "slips"}
    asked = [client.post(CHAT, json=BODY, headers=odds).content for _ in range(6)]
    assert len({from_json(body)["choices"][0]["message"]["content"] for body in asked}) > 1


def test_html_comes_with_status_200(client: TestClient) -> None:
    answer = ask_with(client, model="demo-table-1@html")
    assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")


def test_calls_and_faults_are_counted_by_schema(client: TestClient) -> None:
    ask_with(client)
    ask_with(client, model="demo-table-1@503")
    client.post(CHAT, json=make_body(ROW, make_table("Planets")))
    stats = client.get("/_demo/stats").json()
    assert stats["total"] == {"begun": 3, "finished": 3, "aborted": 0, "inFlight": 0}
    assert stats["bySchema"][TABLE]["begun"] == 2
    assert stats["faults"] == {"503": 1}
    assert client.post("/_demo/stats/reset").json()["total"]["begun"] == 0


def test_a_scenario_sets_faults_for_some_calls_and_ends_after_max_faults(
    client: TestClient,
) -> None:
    scenario = {"faults": {"503": 1}, "maxFaults": 2, "onlySchemas": [TABLE], "retryAfterS": 5}
    client.post("/_demo/scenario", json=scenario)
    others = client.post(CHAT, json=make_body(ROW, make_table("Planets")))
    statuses = [ask_with(client).status_code for _ in range(3)]
    assert (others.status_code, statuses) == (200, [503, 503, 200])
    assert client.get("/_demo/scenario").json()["faultsLeft"] == 0


@pytest.mark.parametrize("change", [{"faults": {"nope": 1}}, {"latency": 1}, []])
def test_a_wrong_scenario_is_refused_and_changes_nothing(client: TestClient, change: Any) -> None:
    before = client.get("/_demo/scenario").json()
    assert client.post("/_demo/scenario", json=change).status_code == 400
    assert client.get("/_demo/scenario").json() == before


def test_the_other_routes_answer(client: TestClient) -> None:
    assert client.get("/v1/models").json()["data"][0]["id"] == "demo-table-1"
    assert client.get("/healthz").json()["status"] == "ok"
    assert "not AI" in client.get("/").json()["message"]
    assert client.get("/nope").json()["error"]["type"] == "invalid_request_error"


async def deliver(manner: Manner, is_gone: bool) -> tuple[list[Any], list[bool]]:
    sent: list[Any] = []
    ended: list[bool] = []
    forever = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not is_gone:
            await forever.wait()
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        sent.append(event)

    latency_s = 30 if is_gone else 0
    body = [to_json({"a": 1})]
    reply = Reply(body, headers={}, latency_s=latency_s, manner=manner, on_end=ended.append)
    await reply({"type": "http"}, receive, send)
    return sent, ended


@pytest.mark.parametrize("manner", [Manner.WHOLE, Manner.HANG, Manner.RESET, Manner.DRIP])
async def test_a_call_counts_as_aborted_when_the_client_leaves(manner: Manner) -> None:
    sent, ended = await deliver(manner, is_gone=True)
    assert (sent, ended) == ([], [False])


async def test_a_reset_ends_before_the_announced_length() -> None:
    sent, ended = await deliver(Manner.RESET, is_gone=False)
    assert sent[-1]["more_body"] is True
    assert ended == [True]


async def test_a_stopping_server_tells_those_who_wait() -> None:
    task = asyncio.create_task(deliver(Manner.HANG, is_gone=False))
    await asyncio.wait({task}, timeout=0)
    await asyncio.wait({task}, timeout=0.01)
    task.cancel()
    sent, ended = await task
    assert (sent[0]["status"], ended) == (503, [False])
