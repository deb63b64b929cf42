"""What the topics say of a job of the past, without its values."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json, to_json

from schemas.job.record import Provenance, StageRecord
from schemas.kafka.headers import salvage_headers
from schemas.kafka.topics import TopicKind, TopicRole
from schemas.stage import STAGE_ORDER, StageName
from services.kafka import ConsumedRecord
from services.replay.manifest import JobEnd, RecordPlace

INPUT_PARTS = ("context", "want")


class Source(NamedTuple):
    """A record that a stage can be run from again; the lowest rank is the nearest to its input."""

    rank: int
    place: RecordPlace
    digest: str


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """What a stage has answered, and what it took.

    Attributes:
        latency_s: Of all its calls, in seconds.
        cost_usd: US dollars; None where the price was not known.
    """

    place: RecordPlace
    prompt_version: str
    model: str | None
    calls: int
    input_tokens: int | None
    output_tokens: int | None
    latency_s: float = 0.0
    cost_usd: float | None = None


@dataclass(slots=True)
class PastJob:
    """A job of the past. It is known once one of its records could be read.

    Attributes:
        source: The record that the changed stage can be run from; None where none is there.
        redrive: The highest under which it was put back; failed: under which it was given up on.
    """

    job_id: UUID
    accepted_at: datetime | None = None
    stages: tuple[StageName, ...] = ()
    tags: tuple[str, ...] = ()
    table_id: str = ""
    tenant: str = ""
    is_replay: bool = False
    is_cancelled: bool = False
    redrive: int = 0
    failed: int | None = None
    source: Source | None = None
    answers: dict[StageName, PastAnswer] = field(default_factory=dict)

    @property
    def end(self) -> JobEnd:
        """How it has ended. What was put back since it was given up on is open."""
        if self.stages and self.stages[-1] in self.answers:
            return JobEnd.COMPLETED
        if self.is_cancelled:
            return JobEnd.CANCELLED
        is_given_up = self.failed is not None and self.failed >= self.redrive
        return JobEnd.FAILED if is_given_up else JobEnd.OPEN

    def again_from(self, stage: StageName) -> tuple[StageName, ...]:
        """Its stages from one on; none where it does not ask for that one."""
        at = self.stages.index(stage) if stage in self.stages else len(self.stages)
        return self.stages[at:]

    def baseline(self, stage: StageName) -> RecordPlace | None:
        """The record of its furthest answer, if a stage from this one on has given one."""
        answered = [s for s in reversed(self.again_from(stage)) if s in self.answers]
        return self.answers[answered[0]].place if answered else None

    def take(self, record: ConsumedRecord, role: TopicRole, changed: StageName) -> None:
        """Take in what a record with a value says of it; only its requests, answers and letters.

        Raises:
            ValueError: It cannot be read.
        """
        body = StageRecord.from_json(record.value or b"")
        if body.job.job_id != self.job_id or role.stage is None:
            raise ValueError("the record is not of its key's job")
        job, headers = body.job, salvage_headers(record.headers)
        self.accepted_at, self.stages, self.tags = job.accepted_at, job.stages, job.tags
        self.table_id, self.tenant = job.table_id, job.tenant
        self.is_replay = job.replay is not None
        place = RecordPlace(topic=record.topic, partition=record.partition, offset=record.offset)
        if role.kind is TopicKind.REQUESTS:
            self.redrive = max(self.redrive, headers.redrive)
        elif role.kind is TopicKind.DEAD_LETTERS:
            self.failed = max(self.failed or 0, headers.redrive)
        elif provenance := body.provenance.get(role.stage):
            # Of two answers the first counts.
            self.answers.setdefault(role.stage, _read_answer(place, provenance))
        rank = _rank(role, changed)
        if rank is not None and (self.source is None or rank < self.source.rank):
            digest = digest_input(from_json(record.value or b""), changed)
            self.source = Source(rank, place, digest)


def digest_input(document: dict[str, Any], stage: StageName) -> str:
    """SHA-256 of what a stage gets: the table, what is wanted, and the answers before it."""
    results = document.get("results") or {}
    before = [results.get(name.value) for name in STAGE_ORDER[: STAGE_ORDER.index(stage)]]
    told = [*(document["job"].get(part) for part in INPUT_PARTS), *before]
    return hashlib.sha256(to_json(told)).hexdigest()


def _rank(role: TopicRole, changed: StageName) -> int | None:
    """How near a topic's records are to the changed stage's input; None where it is not in them."""
    if role.stage is changed:
        ranks = {TopicKind.REQUESTS: 0, TopicKind.SUGGESTIONS: 1, TopicKind.DEAD_LETTERS: 2}
        return ranks.get(role.kind)
    is_input = role.kind is TopicKind.SUGGESTIONS and role.stage is changed.previous
    return 0 if is_input else None


def _read_answer(place: RecordPlace, provenance: Provenance) -> PastAnswer:
    usage = provenance.usage
    called = provenance.model is not None
    calls = provenance.calls if provenance.calls is not None else int(called)
    return PastAnswer(
        place,
        provenance.prompt_version,
        provenance.model,
        calls,
        usage.input_tokens if calls else 0,
        usage.output_tokens if calls else 0,
        provenance.latency_s,
        provenance.cost_usd if calls else 0.0,
    )
