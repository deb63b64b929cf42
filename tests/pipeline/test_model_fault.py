"""Every row of the error table that a provider can cause, through the real client and a socket.

The rows are those of the demo model's fault table. No broker is needed.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from schemas.job.record import Engine
from services.cli.supervisor.port import HOST, PortPicker
from services.failure.error import DeadlineError, StageError
from services.failure.verdict import Act, Failure
from services.lifecycle.clock import utc_now
from services.llm.exchange.answer import Answer
from services.llm.exchange.output_mode import OutputMode
from services.llm.exchange.question import Question
from services.llm.server.profile import DEMO_MODEL, ProfileName
from services.llm.server.settings import LlmSettings
from tests.model_client import open_model_client
from tests.pipeline.demo_server import DemoServer
from tests.stack import wait_until

TIMEOUT_S = 1.0
SLACK_S = 1.5
"""A call ends by its timeout, and a little later on a machine that is busy."""

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}},
    "required": ["title"],
    "additionalProperties": False,
}
FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "table_suggestion_v1", "strict": True, "schema": SCHEMA},
}
MESSAGES = [
    {"role": "system", "content": "Name the thing. " * 100},
    {"role": "user", "content": '```json\n{"title": "Planets"}\n```'},
]
QUESTION = Question(MESSAGES, FORMAT)
LATER, PARK, DEAD = Act.LATER, Act.PARK, Act.DEAD


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_demo() as address:
        yield address


@contextmanager
def running_demo() -> Iterator[str]:
    command = [sys.executable, "-m", "services.demo_llm", "--port", "0", "--latency-ms", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
    finally:
        process.kill()
        process.communicate()


async def ask(url: str, fault: str = "", question: Question = QUESTION, **settings: Any) -> Answer:
    model = f"{DEMO_MODEL}@{fault}" if fault else DEMO_MODEL
    given = {"profile": ProfileName.DEMO, "base_url": f"{url}/v1", "model": model}
    llm = LlmSettings(**(given | {"timeout_s": TIMEOUT_S} | settings))
    async with open_model_client(llm, 4) as client:
        return await client.ask(question)


async def fail(url: str, fault: str = "", **settings: Any) -> StageError:
    begun = time.monotonic()
    with pytest.raises(StageError) as raised:
        await ask(url, fault, **settings)
    assert time.monotonic() - begun < TIMEOUT_S + SLACK_S
    return raised.value


ROWS = [
    (4, "hang", Failure.TIMED_OUT, LATER),
    (4, "drip", Failure.TIMED_OUT, LATER),
    (5, "reset", Failure.DROPPED, LATER),
    (6, "408", Failure.CONFLICT, LATER),
    (6, "409", Failure.CONFLICT, LATER),
    (7, "429", Failure.RATE_LIMITED, PARK),
    (7, "429-bare", Failure.RATE_LIMITED, PARK),
    (8, "quota", Failure.NO_MONEY, PARK),
    (8, "402", Failure.NO_MONEY, PARK),
    (10, "500", Failure.SERVER_ERROR, LATER),
    (10, "502", Failure.SERVER_ERROR, LATER),
    (10, "503", Failure.OVERLOADED, PARK),
    (10, "504", Failure.SERVER_ERROR, LATER),
    (10, "529", Failure.OVERLOADED, PARK),
    (11, "retry", Failure.TOLD_TO_RETRY, LATER),
    (11, "no-retry", Failure.TOLD_NOT_TO_RETRY, DEAD),
    (12, "401", Failure.KEY_REFUSED, PARK),
    (13, "403", Failure.NO_ACCESS, PARK),
    (14, "404", Failure.NO_SUCH_MODEL, PARK),
    (15, "context", Failure.CONTEXT_TOO_LONG, DEAD),
    (18, "policy", Failure.CONTENT_POLICY, DEAD),
    (18, "prompt", Failure.CONTENT_POLICY, DEAD),
    (19, "filter", Failure.REFUSED, DEAD),
    (20, "refusal", Failure.REFUSED, DEAD),
    (21, "length", Failure.CUT_OFF, LATER),
    (22, "empty", Failure.EMPTY, LATER),
    (22, "blank", Failure.EMPTY, LATER),
    (23, "html", Failure.WRONG_ADDRESS, PARK),
    (24, "half", Failure.CUT_OFF, LATER),
]


@pytest.mark.parametrize(
    ("row", "fault", "failure", "act"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
async def test_a_fault_of_the_provider_is_known_and_something_follows_from_it(
    url: str, row: int, fault: str, failure: Failure, act: Act
) -> None:
    error = await fail(url, fault)
    assert (error.failure, error.verdict.act) == (failure, act)


async def test_a_rate_limit_says_how_long_to_wait(url: str) -> None:
    assert (await fail(url, "429")).retry_after_s == 30


async def test_1_a_server_that_is_not_there_is_tried_later() -> None:
    error = await fail(f"http://{HOST}:{PortPicker().pick()}")
    assert (error.failure, error.verdict.act) == (Failure.UNREACHABLE, LATER)


async def test_2_a_name_that_never_resolved_parks() -> None:
    error = await fail("http://no-such-host.invalid", profile=ProfileName.CUSTOM)
    assert (error.failure, error.verdict.act) == (Failure.WRONG_ADDRESS, PARK)


async def test_9_a_busy_flex_tier_is_left_at_once(url: str) -> None:
    assert json.loads((await ask(url, "flex", service_tier="flex")).content)


FALLBACKS = [
    ("no-strict", OutputMode.SCHEMA),
    ("no-json-schema", OutputMode.FUNCTION),
    ("bad-schema", OutputMode.FUNCTION),
    ("no-json-schema,no-tools", OutputMode.OBJECT),
    ("no-json-schema,no-tools,no-json-object", OutputMode.TEXT),
]


@pytest.mark.parametrize(("fault", "level"), FALLBACKS)
async def test_17_a_format_that_is_refused_leads_to_the_next_step(
    url: str, fault: str, level: OutputMode
) -> None:
    answer = await ask(url, fault)
    assert answer.level == level


@pytest.mark.parametrize("level", OutputMode)
async def test_17_every_step_gets_an_answer(url: str, level: OutputMode) -> None:
    answer = await ask(url, level=level)
    assert json.loads(answer.content)["title"]
    assert answer.level == level


@pytest.mark.parametrize("field", ["max-completion-tokens", "temperature"])
async def test_17_a_field_that_is_refused_is_left_out(url: str, field: str) -> None:
    question = Question(MESSAGES, FORMAT, temperature=0.0)
    assert json.loads((await ask(url, f"no-{field}", question)).content)


async def test_16_an_answer_to_a_prompt_that_seems_cut_is_used_and_says_so(url: str) -> None:
    answer = await ask(url, "cut")
    assert answer.may_be_cut
    assert json.loads(answer.content)


async def test_24_what_is_no_json_is_handed_on_as_it_is(url: str) -> None:
    answer = await ask(url, "nonsense")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
        json.loads(answer.content)


async def test_24_a_fence_around_the_json_is_no_fault(url: str) -> None:
    assert json.loads((await ask(url, "fenced")).content)


async def test_27_a_call_beyond_the_jobs_money_is_not_made(url: str) -> None:
    demo = DemoServer(url)
    before = demo.calls_begun
    prices: dict[str, Any] = {"price_input_per_mtok": 100.0, "price_output_per_mtok": 100.0}
    error = await fail(url, question=Question(MESSAGES, FORMAT, budget_usd=0.01), **prices)
    assert (error.failure, error.verdict.act) == (Failure.BUDGET, DEAD)
    assert demo.calls_begun == before


@pytest.mark.parametrize("fault", ["hang", "drip"])
async def test_27_no_call_goes_on_past_the_jobs_deadline(url: str, fault: str) -> None:
    soon = utc_now() + timedelta(seconds=0.2)
    begun = time.monotonic()
    with pytest.raises(DeadlineError):
        await ask(url, fault, Question(MESSAGES, FORMAT, deadline_at=soon))
    assert time.monotonic() - begun < 0.2 + SLACK_S


async def test_30_a_cancelled_call_is_closed_at_the_provider(url: str) -> None:
    demo = DemoServer(url)
    before = demo.calls_begun, demo.calls_aborted
    asking = asyncio.create_task(ask(url, "hang", timeout_s=60.0))
    await asyncio.to_thread(
        wait_until, lambda: demo.calls_begun > before[0], 10, "the call has begun"
    )
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.to_thread(
        wait_until, lambda: demo.calls_aborted > before[1], 10, "the call is closed"
    )


async def test_the_demo_says_what_it_is_and_costs_nothing(url: str) -> None:
    answer = await ask(url)
    assert (answer.engine, answer.cost_usd, answer.usage.is_estimated) == (Engine.DEMO, 0, True)


async def test_an_address_without_a_key_finds_the_only_model_there(url: str) -> None:
    answer = await ask(url, profile=None, model=None)
    assert answer.model == DEMO_MODEL
