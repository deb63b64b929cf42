"""A gateway that is asked for reruns, whose broker's records are folded at once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2

from schemas.job.record import StageRecord
from schemas.kafka.headers import KafkaHeaders
from schemas.stage import StageName
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, NOW_MS, TOPICS

FOLDED = {TOPICS.control, *(TOPICS.requests(stage) for stage in StageName)}


@dataclass
class Asker:
    """Asks for reruns, and lets what is published arrive."""

    gateway: Gateway
    offset: int = 100

    def __post_init__(self) -> None:
        self.gateway.publisher.follow = self.fold

    async def ask(
        self, stage: str = "column", of: UUID | str = JOB_ID, headers: Any = None, **said: Any
    ) -> httpx2.Response:
        body = {"fromStage": stage, **said}
        path = f"/v1/jobs/{of}/reruns"
        return await self.gateway.client.post(path, json=body, headers=headers)

    async def status(self, job_id: UUID | str = JOB_ID) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.gateway.client.get(f"/v1/jobs/{job_id}")).json()
        return answer

    @property
    def records(self) -> list[StageRecord]:
        """The requests that were published."""
        return [StageRecord.from_json(v or b"") for _, _, v, _ in self.gateway.publisher.published]

    @property
    def topics(self) -> list[str]:
        """Where they were published to."""
        return [topic for topic, _, _, _ in self.gateway.publisher.published]

    async def fold(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        if topic in FOLDED:
            self.offset += 1
            at = NOW_MS + self.offset
            await self.gateway.project(
                ConsumedRecord(topic, 0, self.offset, at, key, value, headers)
            )
