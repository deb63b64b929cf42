"""Asks in the best way that a server takes, and in another where it refuses that.

Which model, by which step, with which fields, for how many tokens: each refusal says what to change
at once. What is learned so is kept for the calls to come.
"""

from dataclasses import dataclass, replace
from typing import Any

from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.arrival.patience import Patience
from services.llm.call_span import tell_reply, trace_call
from services.llm.exchange.completion import Completion
from services.llm.exchange.output_mode import OutputMode
from services.llm.exchange.question import Question
from services.llm.limit.learned_limit import ModelLimit
from services.llm.refusal.told_limit import TokenLimitError
from services.llm.server.output_fallback import STREAM, OutputFallback
from services.llm.server.reply import Reply, read_reply
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import Transport
from services.llm.server_memory import ServerMemory, Taken
from services.llm.token_room import TokenRoom
from services.telemetry.log import get_log

log = get_log()

CAP = "max_completion_tokens"
AT_ONCE_S = 2.0
"""A stream that took longer and had no token before its end is kept back on its way."""
MAX_FITS = 3
"""How often a call is made again with a smaller answer, before the prompt must be shortened."""


@dataclass(frozen=True)
class Exchange:
    """A call that was answered.

    Attributes:
        model: The name by which it was asked.
        mode: The step by which it was asked.
    """

    model: str
    mode: OutputMode
    reply: Reply
    completion: Completion


class Negotiation:
    """How the server of one process is asked.

    Args:
        memory: What others have learned of it.

    Attributes:
        fallback: What the server takes of how it is asked for JSON.
        room: How many tokens prompt and answer may have.
        calls: How many calls at a time are known to be of use, None where that is not known.
    """

    def __init__(self, transport: Transport, settings: LlmSettings, memory: ServerMemory) -> None:
        self._transport = transport
        self._settings = settings
        self._memory = memory
        self._model = ""
        self.room = TokenRoom(settings)
        self._comes_at_once = False
        self.calls: int | None = None
        self.fallback = OutputFallback(
            settings.level or settings.known.level,
            settings.level is not None,
            settings.known.takes_counts,
            streams=settings.known.streams if settings.stream is None else settings.stream,
            is_stream_fixed=settings.stream is not None,
        )

    @property
    def limit(self) -> ModelLimit:
        """What is known of the model that was asked last."""
        return self.room.limits.of(self._model)

    async def ask(self, question: Question, model: str) -> Exchange:
        """Make one call, by the best step that the server takes, and below one that it refuses.

        Raises:
            StageError: The call failed, and asking in another way would not help.
        """
        self.recall()
        extra, fits, is_guessed = self._extra(question, model), 0, False
        while True:
            mode = self.fallback.mode
            self._model = extra["model"]
            request = self.fallback.shape(question, mode, extra | self.fallback.stream_fields)
            try:
                with trace_call(request, self._settings) as span:
                    reply = await self._send(request, extra[CAP])
                    completion = read_reply(reply)
                    tell_reply(span, reply, completion)
                if is_guessed:
                    self.room.note_fit(extra["model"], extra[CAP])
                return Exchange(extra["model"], mode, reply, completion)
            except TokenLimitError as error:
                fits, is_guessed = fits + 1, error.told.is_unsaid
                model, asked = extra["model"], extra[CAP]
                cap = self.room.fit(error, question, model, asked) if fits <= MAX_FITS else None
                if cap is None:
                    raise
                extra = extra | {CAP: cap}
            except StageError as error:
                change = await self._find_other_way(error, mode, request)
                if change is None:
                    raise
                extra = extra | change

    async def _send(self, request: dict[str, Any], cap: int) -> Reply:
        """Send a request, and learn from how its answer comes."""
        is_streamed = request[STREAM]
        try:
            reply = await self._transport.send(request, self._find_patience(is_streamed, cap))
        except StageError as error:
            if error.failure is Failure.TIMED_OUT and error.code == "first-token":
                self._comes_at_once = True
            if error.failure is Failure.TIMED_OUT and not is_streamed and self.fallback.note_slow():
                self._keep()
            raise
        if reply.latency_s > AT_ONCE_S:
            self._comes_at_once = reply.waited_s is None
        if is_streamed and not reply.is_stream and self.fallback.note_whole():
            self._keep()
        return reply

    def _find_patience(self, is_streamed: bool, cap: int) -> Patience:
        """How long the answer may take. A proxy may keep a stream until it is whole."""
        settings = self._settings
        first_s = settings.first_token_timeout_s or settings.known.first_token_s
        stream = Patience.stream(max(first_s, settings.timeout_s), settings.timeout_s, cap)
        if not (is_streamed or self.fallback.is_slow):
            return Patience.whole(settings.timeout_s)
        at_once_s = stream.first_s + stream.total_s
        if not is_streamed:
            return Patience.whole(at_once_s)
        return replace(stream, first_s=at_once_s) if self._comes_at_once else stream

    def _keep(self) -> None:
        """Tell the other workers what the server takes."""
        refused = tuple(sorted(self.fallback.refused))
        self._memory.keep(Taken(self.fallback.mode, refused, self.calls))

    async def _find_other_way(
        self, error: StageError, mode: OutputMode, request: dict[str, Any]
    ) -> dict[str, Any] | None:
        """What to change to ask the same again at once; None where that would not help."""
        if error.failure is Failure.FLEX_UNAVAILABLE and request.get("service_tier") == "flex":
            return {"service_tier": "default"}
        if error.failure is Failure.NO_SUCH_MODEL:
            is_other = await self._transport.correct_model(request["model"])
            return {"model": await self._transport.find_model()} if is_other else None
        if not self.fallback.give_way(error, mode, request):
            return None
        self._keep()
        return {}

    def note_calls(self, calls: int) -> None:
        """Take in, and tell the others, how many calls at a time are of use."""
        self.calls = calls
        self._keep()

    def recall(self) -> None:
        """Take over what other workers have been refused meanwhile."""
        known = self._memory.recall()
        if known is None:
            return
        self.calls = known.calls
        told = known.merge(Taken(self.fallback.mode, tuple(self.fallback.refused)))
        if not self.fallback.is_fixed:
            self.fallback.mode = told.mode
        self.fallback.refused |= set(told.refused)

    def _extra(self, question: Question, model: str) -> dict[str, Any]:
        extra: dict[str, Any] = {"model": model, CAP: self.room.find_cap(question, model)}
        if question.temperature is not None:
            extra["temperature"] = question.temperature
        if self._settings.service_tier is not None:
            extra["service_tier"] = self._settings.service_tier
        if self._settings.known.knows_storage:
            extra["store"] = False
            extra["prompt_cache_key"] = question.response_format["json_schema"]["name"]
        return extra
