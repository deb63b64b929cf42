"""A job that has completed, its replays, and a broker whose records are folded at once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2

from schemas.job.record import StageRecord
from schemas.job.replay import Replay
from schemas.kafka.headers import KafkaHeaders
from schemas.stage import StageName
from schemas.table.suggestion import RowSuggestion, RowSuggestions
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    NOW_MS,
    TOPICS,
    answered,
    consumed,
    job,
    job_id,
    whole_job,
)

ROW = StageName.ROW
LATER = NOW + timedelta(hours=1)
EARLIER = NOW - timedelta(hours=1)


def replay(
    number: int,
    planned_at: datetime | None = LATER,
    source: UUID = JOB_ID,
    tenant: str = "default",
    as_id: UUID | None = None,
) -> list[ConsumedRecord]:
    """All records of a replay of the rows, which answers with its number."""
    mark = Replay(replay_id=job_id(99), source_job_id=source, planned_at=planned_at)
    made = job(as_id or job_id(number), tenant=tenant)
    made = made.model_copy(update={"stages": (ROW,), "replay": mark})
    asked = answered(StageName.COLUMN, made)
    whole = answered(ROW, made)
    rows = RowSuggestions(rows=(RowSuggestion(cells=(str(number),)),))
    done = whole.with_result(ROW, rows, whole.provenance[ROW])
    return [
        consumed(TOPICS.requests(ROW), asked.to_json(), 10 * number, made.key),
        consumed(TOPICS.suggestions(ROW), done.to_json(), 10 * number, made.key),
    ]


def record_of(records: list[ConsumedRecord]) -> StageRecord:
    return StageRecord.from_json(records[-1].value or b"")


@dataclass
class Desk:
    """Asks a gateway for promotions, and folds what it publishes before it is acked.

    Attributes:
        at_ms: When the broker takes the next record.
    """

    gateway: Gateway
    at_ms: int = NOW_MS + 7_200_000
    offset: int = 0
    control: list[ConsumedRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gateway.publisher.follow = self.fold

    async def ask(
        self, wanted: object, of: UUID = JOB_ID, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        told = str(wanted) if isinstance(wanted, UUID) else wanted
        body = {"replayJobId": told, "reason": "better"}
        path = f"/v1/jobs/{of}/promotion"
        return await self.gateway.client.post(path, json=body, headers=headers)

    async def promote(self, number: int) -> httpx2.Response:
        return await self.ask(job_id(number))

    async def read(self, what: str = "result", **asked: int) -> httpx2.Response:
        return await self.gateway.client.get(f"/v1/jobs/{JOB_ID}/{what}", params=asked)

    async def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
        return answer

    async def fold(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        if topic != TOPICS.control:
            return
        record = ConsumedRecord(topic, 0, self.offset, self.at_ms, key, value, headers)
        self.offset += 1
        self.control.append(record)
        await self.gateway.project(record)


async def open_desk(gateway: Gateway, *replays: int) -> Desk:
    """A desk where the job and some of its replays have completed."""
    records = [record for number in replays for record in replay(number)]
    await gateway.project(*whole_job(), *records)
    return Desk(gateway)
