"""One valid instance of each thing, overrides by keyword."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from schemas.job.job import Job, accept
from schemas.job.record import Provenance, StageRecord, Suggestion
from schemas.job.request import SuggestionRequest
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import ErrorKind, Headers, encode_headers
from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER, StageName
from schemas.table.suggestion import (
    ColumnSuggestion,
    ColumnSuggestions,
    RowSuggestion,
    RowSuggestions,
    TableSuggestion,
)
from schemas.tenant import DEFAULT_TENANT
from services.gateway.record.reader import read_record
from services.gateway.status.fact import Fact
from services.kafka import ConsumedRecord

TOPICS = TopicNames("test.")
ROLES = TOPICS.roles
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
NOW_MS = 1_767_323_045_678
JOB_ID = UUID("0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d")
GARBAGE = b"\xff\x00"
BODY = {"tableId": "tbl_1", "context": {"title": "Planets"}}

SUGGESTIONS: dict[StageName, Suggestion] = {
    StageName.TABLE: TableSuggestion(title="Planets"),
    StageName.COLUMN: ColumnSuggestions(columns=(ColumnSuggestion(name="Moons"),)),
    StageName.ROW: RowSuggestions(rows=(RowSuggestion(cells=("95",)),)),
}


def job_id(number: int) -> UUID:
    return uuid5(JOB_ID, str(number))


def job(
    identity: UUID = JOB_ID,
    stages: tuple[StageName, ...] = STAGE_ORDER,
    tenant: str = DEFAULT_TENANT,
) -> Job:
    asked = SuggestionRequest.model_validate({**BODY, "stages": stages})
    return accept(asked, identity, NOW, tenant)


def answered(until: StageName, of: Job | None = None) -> StageRecord:
    record = StageRecord(job=of or job())
    provenance = Provenance(prompt_version="1", prompt_sha="0" * 12, started_at=NOW, ended_at=NOW)
    for stage in STAGE_ORDER[: STAGE_ORDER.index(until) + 1]:
        record = record.with_result(stage, SUGGESTIONS[stage], provenance)
    return record


def consumed(
    topic: str,
    value: bytes | None,
    offset: int = 0,
    key: bytes | None = str(JOB_ID).encode(),
    headers: Headers | None = None,
) -> ConsumedRecord:
    encoded = encode_headers(headers or Headers())
    return ConsumedRecord(topic, 0, offset, NOW_MS + offset, key, value, encoded)


def request(offset: int = 0, of: Job | None = None, **headers: int) -> ConsumedRecord:
    wanted = of or job()
    value = StageRecord(job=wanted).to_json()
    topic = TOPICS.requests(wanted.stages[0])
    return consumed(topic, value, offset, wanted.key, Headers(**headers))  # type: ignore[arg-type]


def success(stage: StageName, offset: int = 0, of: Job | None = None) -> ConsumedRecord:
    wanted = of or job()
    value = answered(stage, wanted).to_json()
    return consumed(TOPICS.suggestions(stage), value, offset, wanted.key)


def dead_letter(
    stage: StageName, offset: int = 0, value: bytes | None = b"\xff", **headers: object
) -> ConsumedRecord:
    told = {"error_kind": ErrorKind.REFUSED, "error_message": "no", **headers}
    return consumed(TOPICS.dead_letters(stage), value, offset, headers=Headers(**told))  # type: ignore[arg-type]


def orphan(offset: int, key: bytes = b"no job", **headers: object) -> ConsumedRecord:
    """A dead letter whose key is no job's."""
    return replace(dead_letter(StageName.TABLE, offset, GARBAGE, **headers), key=key)


def letter_of(number: int, offset: int, **headers: object) -> ConsumedRecord:
    """A dead letter of another job."""
    letter = dead_letter(StageName.TABLE, offset, GARBAGE, **headers)
    return replace(letter, key=str(job_id(number)).encode())


def retry(
    stage: StageName, attempt: int = 2, offset: int = 0, tier: int = 0, **headers: object
) -> ConsumedRecord:
    told = {
        "error_kind": ErrorKind.PROVIDER,
        "error_code": "429",
        "error_message": "too many requests",
        "not_before_ms": NOW_MS + 5_000,
        **headers,
    }
    topic, value = TOPICS.retries(stage)[tier], StageRecord(job=job()).to_json()
    return consumed(topic, value, offset, headers=Headers(attempt=attempt, **told))  # type: ignore[arg-type]


def started(stage: StageName, offset: int = 0, of: Job | None = None, **at: int) -> ConsumedRecord:
    wanted = of or job()
    event = JobEvent(
        kind=EventKind.STARTED, job_id=wanted.job_id, stage=stage, worker="w", at=NOW, **at
    )
    return consumed(TOPICS.events, event.to_json(), offset, wanted.key)


def event(kind: EventKind, stage: StageName, offset: int = 0, **at: int) -> ConsumedRecord:
    said = JobEvent(kind=kind, job_id=JOB_ID, stage=stage, worker="w", at=NOW, **at)
    return consumed(TOPICS.events, said.to_json(), offset)


def whole_job(of: Job | None = None) -> list[ConsumedRecord]:
    """All records of a job that succeeds, in the order in which they come to be."""
    records = [request(0, of)]
    for position, stage in enumerate(STAGE_ORDER):
        records += [started(stage, position, of), success(stage, position, of)]
    return records


def fact(record: ConsumedRecord) -> Fact:
    read = read_record(ROLES[record.topic], record)
    assert isinstance(read, Fact)
    return read
