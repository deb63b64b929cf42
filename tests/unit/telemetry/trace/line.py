"""The stages of a job one after the other in this process, on what a gateway publishes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic_core import to_json

from schemas.kafka.headers import KafkaHeaders
from schemas.kafka.retry_tier import DEFAULT_TIERS
from services.column_agent.stage import STAGE as COLUMN
from services.demo_llm.answer.engine import answer_call, load_knowledge
from services.demo_llm.request.chat_call import ChatCall, draw_from
from services.failure.retry import RetryPolicy
from services.kafka.value import ConsumedRecord
from services.llm.call_metric import observe_calls
from services.llm.exchange.question import Ask
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.consumer.handler import Handler
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.processing.cancellation import Cancellations
from services.stage_runtime.processing.crash_suspect import Suspects
from services.stage_runtime.processing.kept_answers import KeptAnswers
from services.stage_runtime.processing.ledger import Ledger
from services.stage_runtime.processing.outcome_record import OutcomeWriter
from services.stage_runtime.processing.processor import Processor
from services.stage_runtime.suggestion.stage import Stage
from services.stage_runtime.suggestion.suggester import Suggester
from services.table_agent.stage import STAGE as TABLE
from services.telemetry.trace.process import trace_process
from services.telemetry.trace.settings import TraceSettings
from tests.unit.gateway.example import TOPICS
from tests.unit.llm.fake_provider import Request, Said, completes

KNOWLEDGE = load_knowledge()
STAGES: dict[str, Stage[Any]] = {stage.name.value: stage for stage in (TABLE, COLUMN, ROW)}

Published = tuple[str, bytes, bytes | None, KafkaHeaders]


def as_demo(request: Request) -> Said:
    """What the demo model says to a request."""
    name = request["response_format"]["json_schema"]["name"]
    call = ChatCall.model_validate(request)
    answer = answer_call(call, name, draw_from(call.hash_call(name)), KNOWLEDGE)
    return Said(completes(to_json(answer).decode()))


@dataclass
class Line:
    """Handles records as the stages do, and keeps what they publish."""

    ask: Ask
    published: list[Published] = field(default_factory=list)

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        """Take a record."""
        self.published.append((topic, key, value, headers))

    async def handle(self, stage: str, source: ConsumedRecord) -> ConsumedRecord:
        """Let a stage handle a record in a task of its own; the last record it has published."""
        declared, ledger = STAGES[stage], Ledger()
        processor = Processor(
            declared,
            OutcomeWriter(declared.name, TOPICS, f"{stage}-agent"),
            ledger,
            Suggester(declared, observe_calls(stage, self.ask)).suggest,
            RetryPolicy(DEFAULT_TIERS, max_attempts=6),
            Cancellations(),
            Suspects(declared.name, ledger),
            KeptAnswers(declared.name),
        )
        group = TOPICS.group(declared.name)
        handler = Handler(stage, processor.process, self.publish, ledger, Park(stage), group=group)
        await asyncio.create_task(handler.handle(source))
        return arrive(self.published[-1])


def arrive(published: Published, **fields: Any) -> ConsumedRecord:
    """A record as it is read from its topic."""
    topic, key, value, headers = published
    return replace(ConsumedRecord(topic, 3, 7, 1_000, key, value, headers), **fields)


def traces_of(headers: KafkaHeaders) -> list[str]:
    """Every `traceparent` of a record."""
    return [value.decode() for name, value in headers if name.lower() == "traceparent"]


@contextmanager
def traced(url: str, **settings: Any) -> Iterator[None]:
    """Export the spans of this process to a receiver while the block runs."""
    told = TraceSettings(exporter_otlp_endpoint=url, **settings)
    with trace_process(told, "brainshare-test", "one"):
        yield
