"""Makes a call within every limit: of the job's money and time, the provider's rates, its strength.

money -> rates and turn, until the job's deadline -> ask by the best step that the server takes
      -> what it cost, what it tells of limits, what its failure means for the calls to come
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from schemas.job.record import Engine, Usage
from services.failure.error import DeadlineError, InvalidRequestError, ProviderError, StageError
from services.failure.verdict import Failure
from services.lifecycle.clock import utc_now
from services.llm.exchange.answer import (
    Answer,
    ChatCompletion,
    read_answer,
    read_completion,
    read_engine,
    read_usage,
)
from services.llm.exchange.output_mode import OutputMode
from services.llm.exchange.question import Question
from services.llm.exchange.rate_header import read_pause
from services.llm.limit.budget import CallBudget, DailyBudget
from services.llm.limit.circuit_breaker import CircuitBreaker
from services.llm.limit.token_estimate import TokenEstimate, count_tokens
from services.llm.limit.turn import TurnQueue
from services.llm.server.output_fallback import OutputFallback
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import Reply, Transport
from services.telemetry.log import get_log

log = get_log()

RECENT_S = 60.0
PRESSED = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED, Failure.TIMED_OUT})
ASKS_FOR_PAUSE = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED})
MAY_BE_BILLED = frozenset({Failure.TIMED_OUT, Failure.DROPPED})
"""Failures of calls that the provider may have answered, and billed, without our hearing of it."""

REASONING_MARGIN = 1.5
MAX_REASONING_TOKENS = 65_536
"""One absurd report must not make every later request too large."""

Observe = Callable[[Usage, float | None], None]


class ModelClient:
    """Asks the model of one process.

    Args:
        observe: Takes tokens and cost, in US dollars, of every answer that came, usable or not.
    """

    def __init__(
        self,
        transport: Transport,
        settings: LlmSettings,
        turns: TurnQueue,
        daily: DailyBudget | None = None,
        observe: Observe = lambda usage, cost_usd: None,
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._turns = turns
        self._concurrency = turns.concurrency
        self._budget = CallBudget(settings.price, daily or DailyBudget())
        self._observe = observe
        self._breaker = CircuitBreaker()
        self._estimate = TokenEstimate()
        self._reasoning_tokens = settings.reasoning_tokens
        self._succeeded_at = -RECENT_S
        self.fallback = OutputFallback(
            settings.level or settings.known.level, settings.level is not None
        )
        transport.hear = self._hear

    async def ask(self, question: Question) -> Answer:
        """Make one call, once it may be made. Cancelling it closes it at the server.

        Raises:
            StageError: The call failed, may not be made, or its answer is unusable.
        """
        if question.deadline_at is None:
            return await self._ask(question)
        try:
            left_s = (question.deadline_at - utc_now()).total_seconds()
            async with asyncio.timeout(left_s):
                return await self._ask(question)
        except TimeoutError as error:
            raise DeadlineError("the job's deadline has passed during a call") from error

    async def _ask(self, question: Question) -> Answer:
        model = await self._transport.find_model()
        counted, most_output = count_tokens(question), self._most_output(question)
        tokens = self._estimate.of(counted)
        worst_usd = self._budget.reserve(model, question, tokens, most_output)
        charge_usd = 0.0
        try:
            # An answer is taken to be as long as those before it.
            needed = tokens + (self._estimate.output_tokens or 0.0)
            era = await self._turns.take(needed)
            # From here on it may be billed, also where nobody hears of it.
            charge_usd = worst_usd
            try:
                mode, reply = await self._send(question, model, most_output)
            except StageError as error:
                charge_usd = worst_usd if error.failure in MAY_BE_BILLED else 0.0
                raise self._take_in(error, era, question, charge_usd) from error.__cause__
            finally:
                self._concurrency.end()
            self._note_success(era)
            completion = read_completion(reply.content)
            cost_usd = self._account(completion, read_engine(reply.headers), model)
            charge_usd = worst_usd if cost_usd is None else cost_usd
            answer = self._read(completion, reply, mode, cost_usd, charge_usd, counted)
            return replace(answer, worst_usd=charge_usd)
        finally:
            self._budget.settle(worst_usd, charge_usd)

    async def _send(
        self, question: Question, model: str, most_output: int
    ) -> tuple[OutputMode, Reply]:
        """Ask by the best step that the server takes, and go on below one that it refuses."""
        extra = self._extra(question, model, most_output)
        while True:
            mode = self.fallback.mode
            request = self.fallback.shape(question, mode, extra)
            try:
                return mode, await self._transport.send(request)
            except StageError as error:
                change = await self._find_other_way(error, mode, request)
                if change is None:
                    raise
                extra = extra | change

    async def _find_other_way(
        self, error: StageError, mode: OutputMode, request: dict[str, Any]
    ) -> dict[str, Any] | None:
        """What to change to ask the same again at once; None where that would not help."""
        if error.failure is Failure.FLEX_UNAVAILABLE and request.get("service_tier") == "flex":
            return {"service_tier": "default"}
        if error.failure is Failure.NO_SUCH_MODEL:
            is_other = await self._transport.correct_model(request["model"])
            return {"model": await self._transport.find_model()} if is_other else None
        return {} if self.fallback.give_way(error, mode, request) else None

    def _extra(self, question: Question, model: str, most_output: int) -> dict[str, Any]:
        extra: dict[str, Any] = {"model": model, "max_completion_tokens": most_output}
        if question.temperature is not None:
            extra["temperature"] = question.temperature
        if self._settings.service_tier is not None:
            extra["service_tier"] = self._settings.service_tier
        if self._settings.known.knows_storage:
            extra["store"] = False
            extra["prompt_cache_key"] = question.response_format["json_schema"]["name"]
        return extra

    def _most_output(self, question: Question) -> int:
        most = question.max_completion_tokens or self._settings.max_completion_tokens
        return most + self._reasoning_tokens

    def _account(self, completion: ChatCompletion, engine: Engine, model: str) -> float | None:
        """What an answer cost, usable or not: all of it is billed. None where it is not known."""
        usage = read_usage(completion)
        cost_usd: float | None = 0.0
        if engine is not Engine.DEMO:
            price = self._budget.price
            cost_usd = price.cost_usd(completion.model or model, usage)
        self._observe(usage, cost_usd)
        return cost_usd

    def _read(
        self,
        completion: ChatCompletion,
        reply: Reply,
        mode: OutputMode,
        cost_usd: float | None,
        charge_usd: float,
        counted: int,
    ) -> Answer:
        try:
            self._learn(read_usage(completion), counted)
            return read_answer(completion, reply.headers, reply.latency_s, mode, cost_usd)
        except StageError as error:
            error.spent_usd = charge_usd
            raise

    def _learn(self, usage: Usage, counted: int) -> None:
        may_be_cut = self._settings.known.may_cut
        if may_be_cut and self._estimate.is_cut(counted, usage.input_tokens):
            raise InvalidRequestError(
                "the model server has read only a part of the prompt",
                failure=Failure.CONTEXT_TOO_LONG,
                code="prompt-cut",
            )
        self._estimate.learn(counted, usage.input_tokens, usage.output_tokens)
        if usage.reasoning_tokens:
            seen = int(usage.reasoning_tokens * REASONING_MARGIN)
            self._reasoning_tokens = max(self._reasoning_tokens, min(seen, MAX_REASONING_TOKENS))

    def _note_success(self, era: int) -> None:
        self._succeeded_at = time.monotonic()
        self._breaker.succeed()
        self._concurrency.succeed(era)

    def _take_in(
        self, error: StageError, era: int, question: Question, charge_usd: float
    ) -> StageError:
        """What a failure means for the calls to come, and, knowing those before it, for its own."""
        told = self._judge(error, era, question)
        told.spent_usd = charge_usd
        return told

    def _judge(self, error: StageError, era: int, question: Question) -> StageError:
        if error.failure is Failure.POOL_EXHAUSTED:
            # More calls are under way than the pool is made for: a bug of ours.
            log.error("pool_exhausted", limit=self._concurrency.limit)
        if error.failure in PRESSED:
            self._concurrency.shrink(era)
        if error.failure in ASKS_FOR_PAUSE and error.retry_after_s:
            self._concurrency.pause(error.retry_after_s)
        if self._breaker.fail(error.failure, question.job):
            self._concurrency.restart()
            message = f"the model server is down: {error.message}"
            return ProviderError(message, failure=Failure.PROVIDER_DOWN, code=error.code)
        is_recent = time.monotonic() - self._succeeded_at < RECENT_S
        if error.failure is Failure.NOT_PERMITTED and is_recent:
            # Others are permitted, so it is this request that is not.
            return InvalidRequestError(error.message, code=error.code)
        return error

    def _hear(self, headers: Mapping[str, str]) -> None:
        self._turns.limiter.feed(headers)
        pause_s = read_pause(headers)
        if pause_s:
            self._concurrency.pause(pause_s)
