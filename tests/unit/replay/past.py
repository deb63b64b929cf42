"""Records of the past, as the stages write them."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from schemas.job.record import StageRecord, Usage
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from schemas.tenant import DEFAULT_TENANT
from services.kafka import ConsumedRecord
from services.replay.topic_reading import PastReading, roles_read
from tests.factory import (
    NOW,
    consumed,
    make_column_suggestions,
    make_job,
    make_provenance,
    make_table_suggestion,
)

NAMES = TopicNames()


def job_id(number: int) -> UUID:
    """The id of the job of that number."""
    return UUID(int=number, version=4)


@dataclass
class Past:
    """Writes records, in their order, and lets them be read.

    Attributes:
        changed: The stage from which they are to be run again.
    """

    changed: StageName = StageName.COLUMN
    records: list[ConsumedRecord] = field(default_factory=list)
    _offsets: "count[int]" = field(default_factory=count)

    def post(self, number: int, **fields: Any) -> StageRecord:
        """Accept a job, so many minutes after NOW."""
        told = {"tenant": fields.pop("tenant", DEFAULT_TENANT)}
        told["accepted_at"] = NOW + timedelta(minutes=number)
        record = StageRecord(job=make_job(job_id(number), **fields).model_copy(update=told))
        job = record.job
        self.publish(NAMES.requests(job.stages[0]), record)
        return record

    def answer(self, record: StageRecord, stage: StageName, **fields: Any) -> StageRecord:
        """Let a stage answer."""
        told: dict[str, Any] = {"model": "m-1", "calls": 1, "prompt_version": f"{stage.value}-1"}
        usage = Usage(input_tokens=100, output_tokens=10)
        made = make_provenance(**(told | {"usage": usage} | fields))
        said = make_table_suggestion()
        answer = said if stage is StageName.TABLE else make_column_suggestions(stage.value)
        suggestion = None if stage is StageName.ROW else answer
        whole = record.with_result(stage, suggestion, made)
        self.publish(NAMES.suggestions(stage), whole)
        return whole

    def complete(self, number: int, **fields: Any) -> StageRecord:
        """A job that has completed."""
        record = self.post(number, **fields)
        for stage in record.job.stages:
            record = self.answer(record, stage)
        return record

    def fail(self, record: StageRecord, stage: StageName, redrive: int = 0) -> None:
        """Let a stage give a job up."""
        self.publish(NAMES.dead_letters(stage), record, Headers(redrive=redrive))

    def cancel(self, record: StageRecord) -> None:
        """Say that a job was cancelled."""
        of = {"job_id": record.job.job_id, "stage": StageName.ROW, "worker": "w", "at": NOW}
        told = JobEvent(kind=EventKind.CANCELLED, **of)
        self._add(NAMES.events, record.job.key, told.to_json(), Headers())

    def publish(self, topic: str, record: StageRecord, headers: Headers | None = None) -> None:
        """Publish a record as it is."""
        self._add(topic, record.job.key, record.to_json(), headers or Headers())

    def _add(self, topic: str, key: bytes, value: bytes, headers: Headers) -> None:
        at = {"topic": topic, "partition": 0, "offset": next(self._offsets)}
        self.records.append(consumed(value, key=key, headers=headers, **at))

    def read(self) -> PastReading:
        """What a reading makes of them."""
        reading, roles = PastReading(self.changed), roles_read(NAMES)
        for record in self.records:
            reading.take(record, roles[record.topic])
        return reading
