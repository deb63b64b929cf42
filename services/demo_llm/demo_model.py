"""The steps from the body of a chat request to its reply, and the behaviour they depend on."""

import random
from collections.abc import Mapping
from functools import partial
from itertools import count
from math import exp

from pydantic import ValidationError
from starlette.responses import Response

from services.demo_llm.answer.engine import KNOWN_SCHEMAS, answer_call
from services.demo_llm.fault.draw import choose_fault, parse_odds
from services.demo_llm.fault.fault import Fault, FaultKind, UnknownFaultError
from services.demo_llm.fault.scenario import Scenario
from services.demo_llm.fault.spoiled_answer import spoil
from services.demo_llm.fault.table import FAULTS
from services.demo_llm.knowledge.subject import Knowledge
from services.demo_llm.reply.completion import build_completion, estimate_tokens
from services.demo_llm.reply.error_answer import (
    build_headers,
    encode_error,
    refuse,
    say_first_error,
)
from services.demo_llm.reply.reply import Manner, Reply
from services.demo_llm.request.chat_call import ChatCall, draw_from
from services.demo_llm.request.prompt_table import read_table
from services.demo_llm.stats import Stats

MODEL_ID = "demo-table-1"
MODEL_PREFIX = "demo-table"
LATENCY_SIGMA = 0.35
SLOW_FACTOR = 10

_RATE_HEADERS = {
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-limit-tokens": "10000000",
    "x-ratelimit-remaining-tokens": "9990000",
    "x-ratelimit-reset-tokens": "60ms",
}
_HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"
_MANNERS = {"hang": Manner.HANG, "drip": Manner.DRIP, "reset": Manner.RESET}


class DemoModel:
    """What stands in for a provider. `scenario` is replaced as a whole, never changed.

    Attributes:
        faults_left: How many faults of the scenario are still to come; None is without end.
        numbers: The numbers of the answers, for their request ids.
    """

    def __init__(self, knowledge: Knowledge, scenario: Scenario) -> None:
        self.scenario = scenario
        self.faults_left = scenario.max_faults
        self.stats = Stats()
        self._knowledge = knowledge
        self.numbers = count(1)

    def reply(self, body: bytes, faults: str = "") -> Response:
        """Return the reply to the body of a chat request; it is counted from here on.

        Args:
            faults: Odds such as `429:0.1`, beside those of the model's name and the scenario.
        """
        number = next(self.numbers)
        try:
            call = ChatCall.model_validate_json(body)
            model, _, suffix = call.model.partition("@")
            odds = parse_odds(faults) | parse_odds(suffix)
        except (ValidationError, UnknownFaultError) as error:
            return refuse(400, say_first_error(error), number)
        if not model.startswith(MODEL_PREFIX):
            return refuse(404, f"The model {model[:40]!r} does not exist", number, "model")
        name = call.find_schema_name(KNOWN_SCHEMAS)
        call_hash = call.hash_call(name)
        fault = self._choose_fault(call, name, odds, draw_from(call_hash, number))
        self.stats.begin(name)
        return self._build_reply(call, name, call_hash, fault, number)

    def _choose_fault(
        self, call: ChatCall, name: str, odds: Mapping[str, float], rng: random.Random
    ) -> Fault | None:
        scenario = self.scenario
        if self.faults_left != 0 and scenario.is_aimed_at(name, call.prompt_text):
            odds = {**scenario.faults, **odds}
        fault = choose_fault(odds, rng, call.traits) or self._find_overflow(call)
        if fault:
            self.stats.add_fault(fault.name)
            if self.faults_left and fault.name in scenario.faults:
                self.faults_left -= 1
        return fault

    def _find_overflow(self, call: ChatCall) -> Fault | None:
        limit = self.scenario.context_tokens
        is_over = limit is not None and estimate_tokens(call.prompt_text) > limit
        return FAULTS["context"] if is_over else None

    def _build_reply(
        self, call: ChatCall, name: str, call_hash: bytes, fault: Fault | None, number: int
    ) -> Reply:
        rng = draw_from(call_hash)
        send = partial(
            Reply,
            headers=build_headers(number) | _RATE_HEADERS,
            latency_s=self._draw_latency_s(rng, fault),
            on_end=partial(self.stats.end, name),
            manner=_MANNERS.get(fault.name, Manner.WHOLE) if fault else Manner.WHOLE,
        )
        if fault and fault.kind is FaultKind.STATUS:
            return self._send_error(send, fault, number)
        if fault and fault.name == "html":
            return send([_HTML], media_type="text/html")
        answer = answer_call(call, name, rng, self._knowledge)
        if fault and fault.kind is FaultKind.ANSWER and isinstance(answer, dict):
            # Like the fault itself, another one each time: a model that errs does not err by rote.
            chance = draw_from(call_hash, number)
            answer = spoil(answer, fault.name, read_table(call.last_user_text), chance)
        completion = build_completion(call, f"chatcmpl-demo-{call_hash[:8].hex()}", answer, fault)
        if call.stream:
            return send(completion.to_events(), media_type="text/event-stream", is_stream=True)
        return send([completion.to_body()])

    def _send_error(self, send: partial[Reply], fault: Fault, number: int) -> Reply:
        headers = build_headers(number) | _RATE_HEADERS | dict(fault.headers or {})
        if fault.has_retry_after:
            headers["retry-after"] = f"{self.scenario.retry_after_s:g}"
            headers["retry-after-ms"] = f"{self.scenario.retry_after_s * 1000:g}"
        return send(
            [encode_error(fault)],
            status_code=fault.status,
            headers=headers,
            media_type="text/plain" if fault.is_text else "application/json",
        )

    def _draw_latency_s(self, rng: random.Random, fault: Fault | None) -> float:
        slow = SLOW_FACTOR if fault and fault.name == "slow" else 1
        median_s = self.scenario.latency_ms / 1000
        return median_s * slow * exp(rng.gauss(0, LATENCY_SIGMA)) if median_s else 0
