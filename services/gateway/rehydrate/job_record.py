"""Which records let an open job go on where no topic holds it any more. Pure.

The job's request, and the answers that it has, as they stood: the stage that is to answer next
finds its input, and those before find that they have answered. What is published for that stage
says the attempt and the redrive that the tables wait for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic_core import from_json, to_json

from schemas.job.record import RECORD_SCHEMA, schema_of_request
from schemas.kafka.control import CONTROL_SCHEMA, CancelRequest
from schemas.kafka.headers import Headers, KafkaHeaders, encode_headers, mark_repeat
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.gateway.status.due import find_standing
from services.gateway.status.fold import JobFold
from services.gateway.status.state import describe

PARTS = ("results", "provenance")


class NoInputError(Exception):
    """The tables do not hold what a job is to go on with. Says in a few words why."""


@dataclass(frozen=True)
class OpenJob:
    """A job that has not ended, as far as the tables know.

    Attributes:
        request: Its record as it was posted; None where the tables do not have it.
        answers: The records of the stages that have answered.
    """

    job_id: str
    fold: JobFold
    request: bytes | None
    answers: Mapping[StageName, bytes]

    @property
    def answered(self) -> tuple[StageName, ...]:
        """The stages that have answered, up to the first that has not."""
        stages = self.fold.stages
        has_answer = [self.fold.answer_of(stage) is not None for stage in stages]
        return stages[: has_answer.index(False) if False in has_answer else len(stages)]

    @property
    def standing(self) -> StageName:
        """The stage that is to answer next.

        Raises:
            NoInputError: There is none.
        """
        answered = len(self.answered)
        if answered == len(self.fold.stages):
            raise NoInputError("no record of it says which stages it asks for")
        return self.fold.stages[answered]


@dataclass(frozen=True)
class Going:
    """A record that is to be published."""

    topic: str
    value: bytes
    headers: KafkaHeaders


def write_records(
    job: OpenJob, topics: TopicNames, now: datetime, deadline_at: datetime | None = None
) -> tuple[Going, ...]:
    """What is to be published of a job, in this order.

    Args:
        deadline_at: When nothing is called for it any more, at the earliest; None as it has it.

    Raises:
        NoInputError: The tables do not hold it.
    """
    return tuple(_write(job, topics, now, deadline_at))


def _write(
    job: OpenJob, topics: TopicNames, now: datetime, deadline_at: datetime | None
) -> Iterator[Going]:
    standing, answered = job.standing, job.answered
    if job.fold.is_cancel_asked:
        asked = CancelRequest(job_id=UUID(job.job_id), asked_at=now)
        headers = encode_headers(Headers(schema=CONTROL_SCHEMA))
        yield Going(topics.control, asked.to_json(), headers)
    first = job.fold.stages[0]
    request = job.request or _derive_request(job)
    schema = schema_of_request(from_json(request)["job"])
    told = _going_on(job, deadline_at, schema if standing is first else RECORD_SCHEMA)
    yield Going(topics.requests(first), request, told if standing is first else _plain(schema))
    for stage in answered:
        value = job.answers.get(stage)
        if value is None:
            raise NoInputError(f"the answer of the {stage.value} stage is not in the tables")
        yield Going(topics.suggestions(stage), value, told if stage is answered[-1] else _plain())


def _plain(schema: str = RECORD_SCHEMA) -> KafkaHeaders:
    return mark_repeat(encode_headers(Headers(schema=schema)))


def _going_on(job: OpenJob, deadline_at: datetime | None, schema: str) -> KafkaHeaders:
    """Headers of the input of the stage that is to answer next."""
    cell = find_standing(describe(job.fold))
    least_ms = None if deadline_at is None else int(deadline_at.timestamp() * 1000)
    if cell is None:
        return mark_repeat(encode_headers(Headers(schema=schema, deadline_ms=least_ms)))
    known = [at for at in (cell.deadline_ms, least_ms) if at is not None]
    told = Headers(
        schema=schema,
        attempt=cell.attempt,
        redrive=cell.redrive,
        parked=cell.parked or None,
        deadline_ms=max(known, default=None),
        spent_usd=None if cell.spent is None else cell.spent / 1_000_000,
    )
    return mark_repeat(encode_headers(told))


def _derive_request(job: OpenJob) -> bytes:
    """The job as it was posted: its first answer, without what the stages that it asks for said."""
    if not job.answered or (value := job.answers.get(job.answered[0])) is None:
        raise NoInputError("its request is not in the tables: post it again, with a new key")
    document = from_json(value)
    asked = {stage.value for stage in job.fold.stages}
    for part in PARTS:
        said = document.get(part) or {}
        document[part] = {name: told for name, told in said.items() if name not in asked}
    return to_json(document)
