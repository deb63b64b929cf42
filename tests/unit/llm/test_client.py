"""A call through the real client of the provider, against a server that is a function."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI
from pydantic import SecretStr
from pydantic_core import from_json, to_json

from schemas.job.record import Usage
from services.failure.error import BudgetError, DeadlineError, StageError
from services.failure.verdict import Failure
from services.llm.client import ModelClient
from services.llm.exchange.output_mode import OutputMode
from services.llm.exchange.question import Question
from services.llm.limit.budget import DailyBudget
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.rate_limiter import RateLimiter
from services.llm.limit.turn import TurnQueue
from services.llm.server.profile import ProfileName
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import Transport

FORMAT = {
    "type": "json_schema",
    "json_schema": {"name": "thing_v1", "strict": True, "schema": {"type": "object"}},
}
QUESTION = Question([{"role": "user", "content": "DATA " * 400}], FORMAT)
KEY = SecretStr("sk-canary")

Request = dict[str, Any]
Server = Callable[[Request], httpx2.Response]


def says(content: str = "{}", **usage: Any) -> httpx2.Response:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    body = {"model": "gpt-4.1", "choices": [choice], "usage": usage or None}
    return httpx2.Response(200, json=body)


def refuses(status: int, headers: dict[str, str] | None = None, **error: Any) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"message": "no"} | error}, headers=headers or {})


class Case:
    """A client of a server that answers as a list says, or as a function does."""

    def __init__(self, *answers: httpx2.Response | Server, **settings: Any) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.observed: list[tuple[Usage, float | None]] = []
        self.concurrency = Concurrency(8)
        self.settings = LlmSettings(**({"api_key": KEY} | settings))
        self.client = self._open(DailyBudget())

    def _open(self, daily: DailyBudget) -> ModelClient:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        openai = AsyncOpenAI(
            api_key="k", base_url="http://model.test/v1", max_retries=0, http_client=http
        )
        transport = Transport(openai, self.settings)
        turns = TurnQueue(self.concurrency, RateLimiter(self.settings.requests_per_minute))
        return ModelClient(transport, self.settings, turns, daily, self._observe)

    def _observe(self, usage: Usage, cost_usd: float | None) -> None:
        self.observed.append((usage, cost_usd))

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            ids = [{"id": name} for name in ("only",)]
            return httpx2.Response(200, json={"data": ids})
        self.requests.append(from_json(request.content))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if isinstance(answer, httpx2.Response) else answer(self.requests[-1])

    async def fail(self, question: Question = QUESTION) -> StageError:
        with pytest.raises(StageError) as raised:
            await self.client.ask(question)
        return raised.value


async def test_an_answer_says_what_it_cost_and_how_it_was_asked_for() -> None:
    case = Case(says(prompt_tokens=700, completion_tokens=100))
    answer = await case.client.ask(QUESTION)
    assert answer.cost_usd == pytest.approx(0.0022)
    assert answer.level == OutputMode.STRICT
    assert case.observed == [(answer.usage, answer.cost_usd)]


async def test_usage_that_is_not_reported_is_no_cost_of_zero() -> None:
    answer = await Case(says()).client.ask(QUESTION)
    assert (answer.usage.input_tokens, answer.cost_usd) == (None, None)


async def test_the_provider_is_told_to_store_nothing_and_a_local_server_is_not() -> None:
    known, local = Case(says()), Case(says(), profile=ProfileName.OLLAMA, model="m")
    await known.client.ask(QUESTION)
    await local.client.ask(QUESTION)
    assert known.requests[0]["store"] is False
    assert known.requests[0]["prompt_cache_key"] == "thing_v1"
    assert {"store", "prompt_cache_key"} & local.requests[0].keys() == set()


async def test_what_the_question_says_is_asked_for() -> None:
    case = Case(says())
    await case.client.ask(
        Question(QUESTION.messages, FORMAT, max_completion_tokens=77, temperature=0.0)
    )
    assert (case.requests[0]["max_completion_tokens"], case.requests[0]["temperature"]) == (77, 0)


async def test_a_model_that_thinks_gets_room_for_it() -> None:
    thought = {"reasoning_tokens": 400}
    said = says(prompt_tokens=700, completion_tokens_details=thought)
    case = Case(said, max_completion_tokens=1000, reasoning_tokens=100)
    await case.client.ask(QUESTION)
    await case.client.ask(QUESTION)
    assert [r["max_completion_tokens"] for r in case.requests] == [1100, 1600]


async def test_an_absurd_report_of_thinking_is_not_believed() -> None:
    thought = {"reasoning_tokens": 10**9}
    case = Case(says(prompt_tokens=700, completion_tokens_details=thought))
    await case.client.ask(QUESTION)
    await case.client.ask(QUESTION)
    assert case.requests[1]["max_completion_tokens"] <= 2**17


async def test_a_server_goes_down_the_ladder_and_stays_there() -> None:
    def picky(request: Request) -> httpx2.Response:
        kind = request.get("response_format", {}).get("type")
        if kind == "json_schema" or "tools" in request:
            return refuses(400, param="response_format" if kind else "tools")
        return says("```json\n{'a': 'b',}\n```")

    case = Case(picky)
    first = await case.client.ask(QUESTION)
    calls = len(case.requests)
    await case.client.ask(QUESTION)
    assert (first.level, first.content) == (OutputMode.OBJECT, '{"a":"b"}')
    assert (calls, len(case.requests)) == (4, 5)


async def test_a_step_that_is_set_is_not_left() -> None:
    error = await Case(refuses(400, param="response_format"), level=OutputMode.SCHEMA).fail()
    assert error.failure is Failure.FORMAT_REFUSED
    assert not error.verdict.is_charged


async def test_a_field_that_a_server_does_not_know_is_left_out_from_then_on() -> None:
    def old(request: Request) -> httpx2.Response:
        unknown = {"store", "prompt_cache_key", "max_completion_tokens"} & request.keys()
        return refuses(400, param=min(unknown)) if unknown else says()

    case = Case(old)
    await case.client.ask(QUESTION)
    await case.client.ask(QUESTION)
    assert len(case.requests) == 5
    assert case.requests[-1]["max_tokens"] == case.settings.max_completion_tokens


async def test_a_busy_flex_tier_is_left_for_this_call_only() -> None:
    def busy(request: Request) -> httpx2.Response:
        is_flex = request["service_tier"] == "flex"
        return refuses(429, code="resource_unavailable") if is_flex else says()

    case = Case(busy, service_tier="flex")
    await case.client.ask(QUESTION)
    await case.client.ask(QUESTION)
    assert [r["service_tier"] for r in case.requests] == ["flex", "default"] * 2


async def test_an_answer_to_a_prompt_that_seems_cut_is_used_and_says_so() -> None:
    local = {"profile": ProfileName.OLLAMA, "model": "m"}
    cut, whole = says(prompt_tokens=100), says(prompt_tokens=700)
    case = Case(cut, whole, **local)
    assert [(await case.client.ask(QUESTION)).may_be_cut for _ in range(2)] == [True, False]


async def test_no_answer_to_a_prompt_that_seems_cut_is_one_too_long_and_was_paid_for() -> None:
    prices = {"price_input_per_mtok": 1.0, "price_output_per_mtok": 1.0}
    local = {"profile": ProfileName.OLLAMA, "model": "m", **prices}
    error = await Case(says("", prompt_tokens=100, completion_tokens=10), **local).fail()
    assert (error.failure, error.code) == (Failure.CONTEXT_TOO_LONG, "prompt-cut")
    assert error.spent_usd > 0


async def test_a_provider_that_refuses_what_is_too_long_does_not_cut() -> None:
    await Case(says(prompt_tokens=100, completion_tokens=10)).client.ask(QUESTION)


async def test_a_refusal_by_the_model_was_paid_for() -> None:
    refused = {"message": {"refusal": "no"}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 700, "completion_tokens": 10}
    body = {"model": "gpt-4.1", "choices": [refused], "usage": usage}
    case = Case(httpx2.Response(200, json=body))
    error = await case.fail()
    assert error.failure is Failure.REFUSED
    assert case.observed[0][1] == pytest.approx(error.spent_usd)


async def test_a_429_pauses_all_calls_of_the_process() -> None:
    case = Case(refuses(429, {"retry-after": "30"}))
    assert (await case.fail()).retry_after_s == 30
    again = await case.fail()
    assert (again.code, len(case.requests)) == ("paused", 1)
    assert case.concurrency.limit == 1


async def test_a_limit_that_is_used_up_pauses_before_it_is_refused() -> None:
    answer = says()
    answer.headers["x-ratelimit-remaining-requests"] = "0"
    answer.headers["x-ratelimit-reset-requests"] = "20s"
    case = Case(answer)
    await case.client.ask(QUESTION)
    assert (await case.fail()).code == "paused"


async def test_a_provider_that_is_down_costs_no_attempt() -> None:
    def down(request: Request) -> httpx2.Response:
        raise httpx2.ConnectError("Cannot connect")

    case = Case(down)
    failed = [await case.fail() for _ in range(6)]
    assert [error.failure for error in failed] == [
        *[Failure.UNREACHABLE] * 4,
        *[Failure.PROVIDER_DOWN] * 2,
    ]
    assert failed[-1].message.startswith("the model server is down: it cannot be reached: ")
    case.answers = [says()]
    await case.client.ask(QUESTION)
    case.answers = [down]
    assert (await case.fail()).failure is Failure.UNREACHABLE


async def test_a_403_is_the_settings_fault_unless_others_are_permitted() -> None:
    case = Case(refuses(403))
    assert (await case.fail()).failure is Failure.NOT_PERMITTED
    case.answers = [says()]
    await case.client.ask(QUESTION)
    case.answers = [refuses(403)]
    assert (await case.fail()).failure is Failure.INVALID_REQUEST


async def test_a_call_beyond_the_jobs_money_is_not_made() -> None:
    case = Case(says())
    error = await case.fail(Question(QUESTION.messages, FORMAT, budget_usd=0.0001))
    assert isinstance(error, BudgetError)
    assert case.requests == []


async def test_what_is_paid_is_taken_from_the_days_money(tmp_path: Path) -> None:
    case = Case(says(prompt_tokens=700, completion_tokens=100))
    daily = DailyBudget(1.0, tmp_path / "spending.json")
    await case._open(daily).ask(QUESTION)
    assert daily.spent_usd == pytest.approx(0.0022)


async def test_past_the_jobs_deadline_no_call_is_made() -> None:
    case = Case(says())
    late = Question(QUESTION.messages, FORMAT, deadline_at=datetime.now(UTC))
    assert isinstance(await case.fail(late), DeadlineError)
    assert case.requests == []


async def test_a_wait_for_the_limit_counts_against_the_jobs_deadline() -> None:
    case = Case(says(), requests_per_minute=1)
    await case.client.ask(QUESTION)
    soon = datetime.now(UTC) + timedelta(milliseconds=50)
    error = await case.fail(Question(QUESTION.messages, FORMAT, deadline_at=soon))
    assert isinstance(error, DeadlineError)
    assert len(case.requests) == 1


async def test_without_a_name_the_only_model_of_the_server_is_asked() -> None:
    case = Case(says(), api_key=None, base_url="http://model.test/v1")
    await case.client.ask(QUESTION)
    assert case.requests[0]["model"] == "only"


async def test_a_guessed_name_that_is_refused_gives_way_to_the_only_model_of_the_server() -> None:
    def picky(request: Request) -> httpx2.Response:
        return says() if request["model"] == "only" else refuses(404, code="model_not_found")

    case = Case(picky, base_url="http://model.test/v1")
    await case.client.ask(QUESTION)
    await case.client.ask(QUESTION)
    assert [request["model"] for request in case.requests] == ["gpt-4.1", "only", "only"]


async def test_a_name_that_is_set_does_not_give_way() -> None:
    refused = refuses(404, code="model_not_found")
    case = Case(refused, base_url="http://model.test/v1", model="mine")
    assert (await case.fail()).failure is Failure.NO_SUCH_MODEL
    assert len(case.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_no_error_shows_the_key_or_the_prompt(status: int) -> None:
    quoting = {"message": "Incorrect key sk-canary for DATA DATA", "code": "sk-canary"}
    quoting |= {"type": "sk-canary", "param": "DATA DATA"}
    error = await Case(httpx2.Response(status, content=to_json({"error": quoting}))).fail()
    assert error.code == str(status)
    assert not any(secret in error.message for secret in ("canary", "DATA"))


async def test_an_answer_that_quotes_the_key_is_handed_on_without_it() -> None:
    answer = says('{"title": "sk-canary"}')
    answer.headers["x-request-id"] = "req-sk-canary"
    read = await Case(answer).client.ask(QUESTION)
    assert (read.content, read.request_id) == ('{"title":"[key]"}', None)


PRICES = {"price_input_per_mtok": 1.0, "price_output_per_mtok": 1_000.0}


def limited(tmp_path: Path, *answers: Any, **settings: Any) -> tuple[Case, DailyBudget]:
    """A client with a daily budget: what counts for it is what counts for every limit."""
    case, daily = Case(*answers, **PRICES, **settings), DailyBudget(1_000.0, tmp_path / "spent")
    case.client = case._open(daily)
    return case, daily


def drop(request: Request) -> httpx2.Response:
    raise httpx2.ReadTimeout("no answer")


async def test_a_call_whose_usage_nobody_reports_counts_at_its_worst(tmp_path: Path) -> None:
    case, daily = limited(tmp_path, says())
    answer = await case.client.ask(QUESTION)
    most_usd = case.settings.max_completion_tokens * 1_000.0 / 1e6
    assert answer.cost_usd is None
    assert answer.worst_usd == daily.spent_usd >= most_usd


async def test_a_call_that_timed_out_counts_at_its_worst(tmp_path: Path) -> None:
    case, daily = limited(tmp_path, drop)
    error = await case.fail()
    assert error.failure is Failure.TIMED_OUT
    assert error.spent_usd == daily.spent_usd > 0


async def test_a_call_that_was_refused_counts_nothing(tmp_path: Path) -> None:
    case, daily = limited(tmp_path, refuses(429))
    error = await case.fail()
    assert (error.spent_usd, daily.spent_usd) == (0, 0)


async def test_a_call_that_a_deadline_cuts_counts_at_its_worst(tmp_path: Path) -> None:
    case, daily = limited(tmp_path, says())
    waiting = asyncio.Event()

    async def never(request: Request, patience: Any = None) -> Any:
        waiting.set()
        await asyncio.Event().wait()

    case.client._transport.send = never  # type: ignore[method-assign]
    asking = asyncio.create_task(case.client.ask(QUESTION))
    await waiting.wait()
    asking.cancel()
    await asyncio.wait({asking})
    assert daily.spent_usd > 0


async def test_a_call_that_was_never_sent_counts_nothing(tmp_path: Path) -> None:
    case, daily = limited(tmp_path, says())
    case.concurrency.pause(30)
    assert (await case.fail()).code == "paused"
    assert daily.spent_usd == 0
