"""A record is done only when every record that says so is acked."""

import asyncio

import pytest

from schemas.kafka.headers import Headers, KafkaHeaders, decode_headers
from services.kafka.value import ConsumedRecord, PublishFailedError
from services.stage_runtime.consumer import handler as handler_module
from services.stage_runtime.consumer.handler import Handler
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.processing.ledger import Ledger
from services.stage_runtime.processing.outcome import Outcome, Publication, Succeeded
from services.stage_runtime.processing.processor import Announce
from tests.factory import consumed

OUTPUT = Publication("out", b"job", b"answer")
FACT = Publication("facts", b"job", b"begun")


async def succeed(source: ConsumedRecord, announce: Announce) -> Outcome:
    await announce(FACT)
    return Succeeded(OUTPUT)


class FakeBroker:
    """Refuses the first publishes, then takes them."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.taken: list[str] = []
        self.repeats: list[str] = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        await self.is_open.wait()
        if self.refusals:
            self.refusals -= 1
            raise PublishFailedError("no ack")
        self.taken.append(topic)
        if decode_headers(headers).repeat:
            self.repeats.append(topic)


async def test_a_record_is_not_done_before_its_outcome_is_acked() -> None:
    broker, ledger = FakeBroker(), Ledger()
    broker.is_open.clear()
    handled = asyncio.create_task(
        Handler("s", succeed, broker.publish, ledger, Park("s")).handle(consumed(b"", key=b"job"))
    )
    await asyncio.wait([handled], timeout=0.05)
    assert not handled.done()
    assert not ledger.is_answered(b"job", Headers())
    broker.is_open.set()
    await handled
    assert sorted(broker.taken) == ["facts", "out"]
    assert ledger.is_answered(b"job", Headers())


async def test_a_publish_that_fails_is_tried_again_and_never_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handler_module, "PUBLISH_RETRY_S", 0)
    broker = FakeBroker(refusals=3)
    await Handler("s", succeed, broker.publish, Ledger(), Park("s")).handle(
        consumed(b"", key=b"job")
    )
    assert sorted(broker.taken) == ["facts", "out"]
    assert broker.repeats == ["facts"]


async def test_a_duplicate_that_comes_while_the_first_runs_sees_its_answer() -> None:
    ledger, seen = Ledger(), list[bool]()

    async def look(source: ConsumedRecord, announce: Announce) -> Outcome:
        seen.append(ledger.is_answered(b"job", Headers()))
        return Succeeded(OUTPUT)

    handler = Handler("s", look, FakeBroker().publish, ledger, Park("s"))
    await asyncio.gather(*(handler.handle(consumed(b"", key=b"job")) for _ in range(2)))
    assert seen == [False, True]
