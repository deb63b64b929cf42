"""A record, opened: its key, headers and value, or why one of them cannot be read."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError

from schemas.contract import Contract
from schemas.job.record import PROMPT_RECORD_SCHEMA, StageRecord
from schemas.kafka.ahead import is_schema_ahead, is_value_ahead
from schemas.kafka.control import PROMOTION_KEY, PROMOTION_SCHEMA, Promotion
from schemas.kafka.event import EVENT_SCHEMA, JobEvent
from schemas.kafka.headers import Headers, decode_headers, salvage_headers
from schemas.kafka.topics import TopicKind, TopicRole
from schemas.stage import STAGE_ORDER, StageName
from services.kafka import ConsumedRecord

C = TypeVar("C", bound=Contract)


class UnreadableRecordError(ValueError):
    """A record says nothing that can be folded. Never retried: its bytes stay what they are."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LaterReleaseError(UnreadableRecordError):
    """A later release has written the record: it is read once we are that one."""

    def __init__(self) -> None:
        super().__init__("later-release")


@dataclass(frozen=True)
class OpenedRecord:
    """A record whose parts are read once each, when they are first asked for.

    Headers, body and event raise an UnreadableRecordError where they do not hold what they should.
    """

    role: TopicRole
    record: ConsumedRecord

    @property
    def stage(self) -> StageName:
        """The stage that its topic belongs to; what is about all of them begins with the first."""
        return self.role.stage or STAGE_ORDER[0]

    @property
    def names_job(self) -> bool:
        """Whether the key is a job id."""
        return self.job_id != ""

    @property
    def promotes(self) -> bool:
        """Whether it says which of its results a job has."""
        is_control = self.role.kind is TopicKind.CONTROL
        return is_control and (self.record.key or b"").startswith(PROMOTION_KEY)

    @cached_property
    def job_id(self) -> str:
        """The job that the record is about, from its key; empty where that is no job id."""
        key = self.record.key or b""
        try:
            return str(UUID((key.removeprefix(PROMOTION_KEY) if self.promotes else key).decode()))
        except ValueError:
            return ""

    @cached_property
    def headers(self) -> Headers:
        """What the headers say."""
        try:
            return decode_headers(self.record.headers)
        except ValueError as error:
            raise UnreadableRecordError("headers") from error

    @cached_property
    def body(self) -> StageRecord:
        """The job so far, as the value has it: of this job, and no other."""
        body = self._read_value(StageRecord, PROMPT_RECORD_SCHEMA)
        self._refuse_another(body.job.job_id)
        return body

    @property
    def deadline_ms(self) -> int | None:
        """When nothing is called any more: the job's, or the one that a redrive gave."""
        deadline_at = self.body.job.deadline_at
        if self.headers.deadline_ms is not None or deadline_at is None:
            return self.headers.deadline_ms
        return int(deadline_at.timestamp() * 1000)

    @cached_property
    def event(self) -> JobEvent:
        """What the value says has happened to this job."""
        event = self._read_value(JobEvent, EVENT_SCHEMA)
        self._refuse_another(event.job_id)
        return event

    @cached_property
    def promotion(self) -> Promotion:
        """What the value says of the results of this job."""
        promotion = self._read_value(Promotion, PROMOTION_SCHEMA)
        self._refuse_another(promotion.job_id)
        return promotion

    def refuse_later(self, ours: str) -> None:
        """Raise a LaterReleaseError where the header `schema` says a later version than ours."""
        if is_schema_ahead(salvage_headers(self.record.headers).schema, ours):
            raise LaterReleaseError

    def _read_value(self, contract: type[C], schema: str) -> C:
        self.refuse_later(schema)
        try:
            return contract.from_json(self.record.value or b"")
        except ValidationError as error:
            if is_value_ahead(error):
                raise LaterReleaseError from error
            raise UnreadableRecordError("value") from error

    def _refuse_another(self, job_id: UUID) -> None:
        if str(job_id) != self.job_id:
            raise UnreadableRecordError("key")
