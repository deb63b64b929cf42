"""A record is done only when every record that says so is acked."""

import asyncio

import pytest
from structlog.testing import capture_logs

from schemas.job.purpose import Purpose
from schemas.kafka.headers import ErrorKind, Headers, KafkaHeaders, decode_headers
from services.kafka.value import ConsumedRecord, PublishFailedError
from services.stage_runtime.consumer import handler as handler_module
from services.stage_runtime.consumer.handler import Handler
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.processing.ledger import Ledger
from services.stage_runtime.processing.outcome import (
    DeadLettered,
    Outcome,
    Publication,
    Succeeded,
)
from services.stage_runtime.processing.processor import Announce
from services.telemetry.metric import render_metrics
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


async def count_dead(stage: str, purpose: Purpose) -> tuple[list[str], str]:
    """Give up on one record: what is counted then, and how grave the log calls it."""

    async def give_up(source: ConsumedRecord, announce: Announce) -> Outcome:
        return DeadLettered(OUTPUT, ErrorKind.REFUSED, "no", purpose=purpose)

    handler = Handler(stage, give_up, FakeBroker().publish, Ledger(), Park(stage))
    with capture_logs() as lines:
        await handler.handle(consumed(b"", key=b"job"))
    counted = [
        line.partition("{")[0]
        for line in render_metrics()[0].decode().splitlines()
        if f'purpose="{purpose}"' in line and f'stage="{stage}"' in line and "_total{" in line
    ]
    return counted, next(line["log_level"] for line in lines if line["event"] == "dead_lettered")


@pytest.mark.parametrize(
    ("purpose", "level"),
    [(Purpose.JOB, "error"), (Purpose.CANARY, "error"), (Purpose.REPLAY, "warning")],
)
async def test_what_is_given_up_on_counts_for_what_its_job_is_there_for(
    purpose: Purpose, level: str
) -> None:
    """A shadow's is no error line, which would be reported."""
    counted, told = await count_dead(f"given up, {purpose}", purpose)
    assert counted == ["brainshare_dead_letters_total", "brainshare_stage_processed_total"]
    assert told == level


async def test_a_canary_has_no_part_in_times_and_in_the_last_success() -> None:
    for stage, purpose in (("of canaries", Purpose.CANARY), ("of people", Purpose.JOB)):

        async def answer(source: ConsumedRecord, announce: Announce) -> Outcome:
            return Succeeded(OUTPUT, purpose=purpose)  # noqa: B023 - called before the next

        await Handler(stage, answer, FakeBroker().publish, Ledger(), Park(stage)).handle(
            consumed(b"", key=b"job")
        )
    text = render_metrics()[0].decode()
    for name in ("stage_duration_seconds_count", "stage_last_success_timestamp_seconds"):
        assert f'brainshare_{name}{{stage="of people"}}' in text
        assert f'brainshare_{name}{{stage="of canaries"}}' not in text
