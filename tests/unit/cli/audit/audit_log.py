"""Makes the facts that the topics state of a job, for the tests of the audit."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import ErrorKind, Headers
from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER, StageName
from services.cli.audit.fact import Fact, read_fact
from services.cli.audit.job_account import JobAccount
from services.cli.audit.judge import Judge
from services.cli.audit.report import Report
from services.cli.audit.topic_role import TopicMap
from services.kafka import ConsumedRecord, Position
from tests.factory import JOB_ID, NOW, consumed, make_provenance, make_record, make_table_suggestion

NAMES = TopicNames()
TOPICS = TopicMap(NAMES)
TABLE, COLUMN, ROW = STAGE_ORDER
ALL_TAKEN = {(source.topic, 3): 1_000 for source in TOPICS.inputs}
VALUE = make_record().to_json()
OTHER = UUID("00000000-0000-4000-8000-000000000002")


class Log:
    """Makes facts of one job, each at the next offset of partition 3."""

    def __init__(self, job_id: UUID = JOB_ID, start: int = 0) -> None:
        self._job_id = job_id
        self._offsets = count(start)

    def record(self, topic: str, value: bytes | None = VALUE, **headers: Any) -> ConsumedRecord:
        return consumed(
            value,
            topic=topic,
            key=str(self._job_id).encode(),
            offset=next(self._offsets),
            headers=Headers(**headers),
        )

    def fact(self, topic: str, value: bytes | None = VALUE, **headers: Any) -> Fact:
        fact = read_fact(self.record(topic, value, **headers), TOPICS)
        assert fact is not None
        return fact

    def request(self, stage: StageName = TABLE, **headers: Any) -> Fact:
        return self.fact(NAMES.requests(stage), **headers)

    def start(self, stage: StageName, **fields: Any) -> Fact:
        event = JobEvent(
            **({"kind": EventKind.STARTED, "worker": "w"} | fields),
            job_id=self._job_id,
            stage=stage,
            at=NOW,
        )
        return self.fact(NAMES.events, event.to_json())

    def answer(self, stage: StageName, attempt: int = 1, redrive: int = 0, **more: Any) -> Fact:
        suggestion, made = make_table_suggestion(), make_provenance(attempt=attempt)
        value = make_record().with_result(stage, suggestion, made).to_json()
        return self.fact(NAMES.suggestions(stage), value, redrive=redrive, **more)

    def answers(self, *stages: StageName) -> list[Fact]:
        return [self.fact(NAMES.suggestions(stage)) for stage in stages]

    def retry(self, stage: StageName, attempt: int, **headers: Any) -> Fact:
        waiting = {"attempt": attempt, "first_failed_ms": 1, "not_before_ms": 2} | headers
        return self.fact(NAMES.retries(stage)[0], **waiting)

    def again(self, stage: StageName, attempt: int, **headers: Any) -> Fact:
        return self.request(stage, attempt=attempt, first_failed_ms=1, **headers)

    def dead(self, stage: StageName, **headers: Any) -> Fact:
        return self.fact(NAMES.dead_letters(stage), **headers)


def audit(
    facts: Iterable[Fact], committed: dict[Position, int] | None = None, **judge: Any
) -> Report:
    account = JobAccount()
    for fact in facts:
        account.fold(fact)
    return Judge(TOPICS, ALL_TAKEN if committed is None else committed, **judge).report(account)


def done(log: Log) -> list[Fact]:
    return [log.request(), *log.answers(*STAGE_ORDER)]


def failed(log: Log) -> list[Fact]:
    begun = [log.request(), *log.answers(TABLE), log.retry(COLUMN, 2), log.again(COLUMN, 2)]
    return [*begun, log.dead(COLUMN, attempt=2, error_kind=ErrorKind.PROVIDER)]


def poisoned(log: Log) -> list[Fact]:
    request = replace(log.request(), attempt=5, asked=0)
    return [log.request(), request, log.dead(TABLE, error_kind=ErrorKind.POISON)]


def uncharged(log: Log) -> list[Fact]:
    again = [log.retry(TABLE, 1), log.again(TABLE, 1)]
    return [log.request(), *again, *log.answers(*STAGE_ORDER)]


def redriven(log: Log) -> list[Fact]:
    return [*failed(log), log.request(COLUMN, redrive=1), *log.answers(COLUMN, ROW)]


def cancelled(log: Log) -> list[Fact]:
    return [log.request(), log.fact(NAMES.events, b'{"kind": "cancelled"}')]


def late_failure(log: Log) -> list[Fact]:
    return [*done(log), log.dead(TABLE)]
