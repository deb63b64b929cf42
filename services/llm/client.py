"""Makes a call within every limit: of the job's money and time, the provider's rates, its strength.

money -> rates and turn, until the job's deadline -> ask by the best step that the server takes
      -> what it cost, what it tells of limits, what its failure means for the calls to come
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from schemas.job.record import Engine, Usage
from services.failure.error import (
    DeadlineError,
    InvalidRequestError,
    OutputInvalidError,
    ProviderError,
    StageError,
)
from services.failure.verdict import Failure
from services.lifecycle.clock import utc_now
from services.llm.exchange.answer import Answer, read_answer, read_engine
from services.llm.exchange.completion import Completion
from services.llm.exchange.question import Question
from services.llm.exchange.rate_header import read_pause
from services.llm.introspection import Introspection
from services.llm.limit.budget import CallBudget, DailyBudget
from services.llm.limit.circuit_breaker import CircuitBreaker
from services.llm.limit.learned_limit import ModelLimit
from services.llm.limit.token_estimate import count_tokens
from services.llm.limit.turn import TurnQueue
from services.llm.negotiation import Exchange, Negotiation
from services.llm.server.output_fallback import OutputFallback
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import Transport
from services.llm.server_memory import ServerMemory
from services.telemetry.log import get_log

log = get_log()

RECENT_S = 60.0
PRESSED = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED, Failure.TIMED_OUT})
ASKS_FOR_PAUSE = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED})
MAY_BE_BILLED = frozenset(
    {Failure.TIMED_OUT, Failure.DROPPED, Failure.NOT_A_COMPLETION, Failure.HANDED_OVER}
)
"""Failures of calls that the provider may have answered, and billed, without our hearing of it."""

Observe = Callable[[Usage, float | None], None]


class ModelClient:
    """Asks the model of one process.

    Args:
        observe: Takes tokens and cost, in US dollars, of every answer that came, usable or not.
        memory: What the workers of a host have learned of the server; None for nothing.
    """

    def __init__(
        self,
        transport: Transport,
        settings: LlmSettings,
        turns: TurnQueue,
        daily: DailyBudget | None = None,
        observe: Observe = lambda usage, cost_usd: None,
        memory: ServerMemory | None = None,
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._turns = turns
        self._concurrency = turns.concurrency
        self._budget = CallBudget(settings.price, daily or DailyBudget())
        self._observe = observe
        self._breaker = CircuitBreaker()
        self._negotiation = Negotiation(transport, settings, memory or ServerMemory.nowhere())
        self._room = self._negotiation.room
        self._introspection = Introspection(transport, settings.effective_profile)
        self._negotiation.recall()
        if self._negotiation.calls is not None:
            self._concurrency.take_told(self._negotiation.calls)
        self._succeeded_at = -RECENT_S
        transport.hear = self._hear

    @property
    def fallback(self) -> OutputFallback:
        """What the server takes of how it is asked for JSON."""
        return self._negotiation.fallback

    @property
    def limit(self) -> ModelLimit:
        """What the server has told of the tokens that its model takes."""
        return self._negotiation.limit

    @property
    def is_provider_down(self) -> bool:
        """Whether calls fail so that the provider is held to be down."""
        return self._breaker.is_open

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
        await self._look(model)
        self._room.refuse_overrun(question, model)
        counted = count_tokens(question)
        most_output = self._room.find_cap(question, model)
        tokens = self._room.estimate.of(counted)
        worst_usd = self._budget.reserve(model, question, tokens, most_output)
        charge_usd = 0.0
        try:
            # An answer is taken to be as long as those before it.
            needed = tokens + (self._room.estimate.output_tokens or 0.0)
            era = await self._turns.take(needed)
            # From here on it may be billed, also where nobody hears of it.
            charge_usd = worst_usd
            try:
                async with self._turns.make_call():
                    exchange = await self._negotiation.ask(question, model)
            except StageError as error:
                charge_usd = worst_usd if error.failure in MAY_BE_BILLED else 0.0
                raise self._take_in(error, era, question, charge_usd) from error.__cause__
            finally:
                self._concurrency.end()
            self._note_success(era, exchange)
            engine = read_engine(exchange.reply.headers)
            cost_usd = self._account(exchange.completion, engine, model)
            charge_usd = worst_usd if cost_usd is None else cost_usd
            try:
                answer = self._read(exchange, question, cost_usd, counted)
            except StageError as error:
                error.spent_usd = charge_usd
                raise
            return replace(answer, worst_usd=charge_usd)
        finally:
            self._budget.settle(worst_usd, charge_usd)

    def _account(self, completion: Completion, engine: Engine, model: str) -> float | None:
        """What an answer cost, usable or not: all of it is billed. None where it is not known."""
        usage = completion.usage
        cost_usd: float | None = 0.0
        if engine is not Engine.DEMO:
            price = self._budget.price
            cost_usd = price.cost_usd(completion.model or model, usage)
        self._observe(usage, cost_usd)
        return cost_usd

    def _read(
        self, exchange: Exchange, question: Question, cost_usd: float | None, counted: int
    ) -> Answer:
        """Read an answer. What it says of its tokens never makes a good one bad."""
        completion, reply = exchange.completion, exchange.reply
        may_be_cut = self._room.learn(completion, exchange.model, counted)
        schema = question.response_format["json_schema"]["schema"]
        try:
            answer = read_answer(
                completion,
                reply.headers,
                reply.latency_s,
                schema,
                exchange.mode,
                cost_usd,
                reply.broke_off,
                question.wanted,
                question.columns,
            )
        except OutputInvalidError as error:
            self._room.note_cut(error, completion, exchange.model, question, reply.asked)
            if not may_be_cut:
                raise
            raise InvalidRequestError(
                "the model server seems to have read only a part of the prompt",
                failure=Failure.CONTEXT_TOO_LONG,
                code="prompt-cut",
            ) from error
        self._room.learn_size(completion, exchange.model, question)
        return replace(answer, may_be_cut=may_be_cut)

    async def _look(self, model: str) -> None:
        """Take in what the server tells of itself."""
        told = await self._introspection.look(model)
        if told.calls is not None:
            self._concurrency.take_told(told.calls)
        if told.window is not None:
            self._room.limits.learn(model, window=told.window)

    def _note_success(self, era: int, exchange: Exchange) -> None:
        self._succeeded_at = time.monotonic()
        self._breaker.succeed()
        self._introspection.note_answer()
        self._concurrency.succeed(era)
        self._concurrency.note_work(float(exchange.completion.usage.output_tokens or 1))
        capacity = self._concurrency.capacity
        if capacity.is_found and capacity.level != self._negotiation.calls:
            self._negotiation.note_calls(capacity.level)

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
            why = error.message.replace("the model server ", "it ", 1)
            message = f"the model server is down: {why}"
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
