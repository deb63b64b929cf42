"""Stages that end each published job in one of the ways in which jobs end."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from uuid import UUID

from schemas.job.final_table import final_columns
from schemas.job.record import Provenance, StageRecord, Suggestion
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import ErrorKind, Headers, KafkaHeaders, decode_headers, encode_headers
from schemas.stage import StageName
from schemas.table.suggestion import RowSuggestion, RowSuggestions
from services.kafka import ConsumedRecord
from services.lifecycle.clock import utc_now
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import SUGGESTIONS, TOPICS

LOOK_S = 0.02
Said = tuple[str, bytes, bytes | None, KafkaHeaders]


class Stages:
    """Play what is published: of four jobs two are completed, one fails and one goes on."""

    def __init__(self) -> None:
        self._played = 0
        self._jobs = count()
        self._offsets = count()
        self._first_stage: dict[bytes, StageName] = {}

    async def run(self, gateway: Gateway) -> None:
        """Play for as long as the gateway is there."""
        while True:
            await self.step(gateway)
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - the publisher is a list, which tells nobody

    async def step(self, gateway: Gateway) -> None:
        """Play what was published since the last time."""
        said = gateway.publisher.published[self._played :]
        self._played += len(said)
        if records := [record for one in said for record in self._follow(one)]:
            await gateway.project(*records)

    def _follow(self, said: Said) -> Iterator[ConsumedRecord]:
        topic, key, value, headers = said
        yield self._consumed(topic, key, value, headers)
        if topic == TOPICS.control and value is not None:
            yield self._event(EventKind.CANCELLED, key, self._first_stage[key])
        elif topic.endswith(".requests") and value is not None:
            yield from self._work(StageRecord.from_json(value), decode_headers(headers))

    def _work(self, record: StageRecord, headers: Headers) -> Iterator[ConsumedRecord]:
        job, turn = record.job, next(self._jobs) % 4
        self._first_stage[job.key] = job.stages[0]
        yield self._event(EventKind.STARTED, job.key, job.stages[0])
        if turn == 2 and not headers.redrive:
            yield self._give_up(record, headers)
        elif turn != 3:
            yield from self._complete(record)

    def _complete(self, record: StageRecord) -> Iterator[ConsumedRecord]:
        now = utc_now()
        told = Provenance(prompt_version="1", prompt_sha="0" * 12, started_at=now, ended_at=now)
        for stage in record.job.stages:
            record = record.with_result(stage, _suggest(stage, record), told)
            topic = TOPICS.suggestions(stage)
            yield self._consumed(topic, record.job.key, record.to_json(), [])

    def _give_up(self, record: StageRecord, headers: Headers) -> ConsumedRecord:
        failed = replace(headers, error_kind=ErrorKind.PROVIDER, error_message="it was away")
        topic = TOPICS.dead_letters(record.job.stages[0])
        return self._consumed(topic, record.job.key, record.to_json(), encode_headers(failed))

    def _event(self, kind: EventKind, key: bytes, stage: StageName) -> ConsumedRecord:
        job_id = UUID(key.decode())
        said = JobEvent(kind=kind, job_id=job_id, stage=stage, worker="w", at=utc_now())
        return self._consumed(TOPICS.events, key, said.to_json(), [])

    def _consumed(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> ConsumedRecord:
        now_ms = int(utc_now().timestamp() * 1000)
        return ConsumedRecord(topic, 0, next(self._offsets), now_ms, key, value, headers)


def _suggest(stage: StageName, record: StageRecord) -> Suggestion:
    """What a stage would say of any table: a row has a cell for each of its columns."""
    if stage is not StageName.ROW:
        return SUGGESTIONS[stage]
    return RowSuggestions(rows=(RowSuggestion(cells=("95",) * len(final_columns(record))),))
