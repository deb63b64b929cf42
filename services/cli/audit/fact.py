"""What one record says of its job, without its value."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from schemas.kafka.topics import TopicKind
from schemas.stage import STAGE_ORDER, StageName, is_contiguous
from services.cli.audit.delivery import pack_start, rank
from services.cli.audit.repeat import NO_COST, Cost
from services.cli.audit.topic_role import TopicMap
from services.kafka import ConsumedRecord

MAX_KEY_BYTES = 64
MAX_COUNT = (1 << 20) - 1
STARTED = "started"
INTERRUPTED = "interrupted"
CANCELLED = "cancelled"
POISON = b"poison"
LOST = b"lost"
UNREADABLE = (ValueError, LookupError, TypeError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Fact:
    """What one record says of its job.

    Attributes:
        job: The 16 bytes of the job's id, or the key as it is where it is no id.
        stage: Position of the stage that wrote it; of a request, of the stage it is for.
        asked: Bits of the asked stages; only a record that accepts a job has any.
        place: Where a group must take it on, packed; None where none must.
        answered_attempt: Of a suggestion, the attempt that it answers: `attempt` is that of the
            next stage.
        start: The delivery that was begun, packed; only an event has one.
        stop: The delivery whose worker was interrupted, packed; only an event has one.
        cost: Of a suggestion, what its calls have cost.
        is_lost: Of a dead letter, whether the job's record was deleted before it had ended.
        is_repeat: Whether its publisher could not know if an earlier one had arrived.
    """

    kind: TopicKind
    stage: int
    job: bytes
    at_ms: int = 0
    attempt: int = 1
    redrive: int = 0
    asked: int = 0
    place: int | None = None
    is_cancelled: bool = False
    answered_attempt: int = 1
    start: int | None = None
    stop: int | None = None
    cost: Cost = NO_COST
    is_lost: bool = False
    is_repeat: bool = False


def read_fact(record: ConsumedRecord, topics: TopicMap) -> Fact | None:
    """Read a record; None where it has no key, and so speaks of no job."""
    if not record.key:
        return None
    part = topics.parts[record.topic]
    headers = dict(record.headers)
    attempt = _read_count(headers.get("attempt"), 1)
    redrive = _read_count(headers.get("redrive"), 0)
    if part.kind is TopicKind.DEAD_LETTERS and headers.get("error-kind") == POISON:
        # Of unreadable headers a dead letter keeps nothing; no attempt follows it anyway.
        attempt = MAX_COUNT
    place = topics.pack(record.topic, record.partition, record.offset)
    job, at_ms = pack_key(record.key), record.timestamp_ms
    is_repeat = "repeat" in headers
    fact = Fact(part.kind, part.stage, job, at_ms, attempt, redrive, place=place)
    fact = replace(fact, is_repeat=True) if is_repeat else fact
    is_new = (attempt, redrive) == (1, 0) and "first-failed-ms" not in headers
    if part.kind is TopicKind.REQUESTS and is_new:
        return replace(fact, asked=_read_asked(record.value, part.stage))
    if part.kind is TopicKind.SUGGESTIONS:
        return _add_answer(fact, record.value)
    if part.kind is TopicKind.DEAD_LETTERS:
        return replace(fact, is_lost=headers.get("error-kind") == LOST)
    return _add_event(fact, record.value) if part.kind is TopicKind.EVENTS else fact


def pack_key(key: bytes) -> bytes:
    """16 bytes for a job's id; another key is only cut."""
    try:
        job_id = UUID(key.decode())
    except ValueError:
        return key[:MAX_KEY_BYTES]
    return job_id.bytes if str(job_id).encode() == key else key[:MAX_KEY_BYTES]


def name_job(job: bytes) -> str:
    """The job's id as a person writes it."""
    return str(UUID(bytes=job)) if len(job) == 16 else job.decode(errors="replace")


def _read_count(value: Any, least: int) -> int:
    """A count as the stages read it: what is none, or less than can be, is the least."""
    try:
        return min(max(int(value), least), MAX_COUNT)
    except UNREADABLE:
        return least


def _read_asked(value: bytes | None, stage: int) -> int:
    """Bits of the asked stages. What cannot be read is that one stage's to give up on."""
    try:
        names = tuple(StageName(name) for name in json.loads(value or b"")["job"]["stages"])
        positions = [STAGE_ORDER.index(name) for name in names]
        is_fit = is_contiguous(names) and positions[0] == stage
    except UNREADABLE:
        return 1 << stage
    return sum(1 << position for position in positions) if is_fit else 1 << stage


def _add_answer(fact: Fact, value: bytes | None) -> Fact:
    """The attempt that a suggestion answers, which no header says, and what it has cost."""
    try:
        made = json.loads(value or b"")["provenance"][STAGE_ORDER[fact.stage].value]
        attempt = _read_count(made["attempt"], 1)
    except UNREADABLE:
        return replace(fact, cost=Cost(1, unknown=1))
    return replace(fact, answered_attempt=attempt, cost=_read_cost(made))


def _read_cost(made: dict[str, Any]) -> Cost:
    try:
        usage, usd = made.get("usage") or {}, made.get("costUsd")
        tokens = sum(usage.get(name) or 0 for name in ("inputTokens", "outputTokens"))
        return Cost(1, int(tokens), float(usd or 0.0), usd is None)
    except (*UNREADABLE, AttributeError):
        return Cost(1, unknown=1)


def _add_event(fact: Fact, value: bytes | None) -> Fact:
    try:
        event = json.loads(value or b"")
        kind, stage = event["kind"], event.get("stage")
        if kind not in (STARTED, INTERRUPTED) or stage is None:
            return replace(fact, is_cancelled=kind == CANCELLED)
        position = STAGE_ORDER.index(StageName(stage))
        counts = (_read_count(event.get(n), d) for n, d in (("redrive", 0), ("attempt", 1)))
        parked = _read_count(event.get("parked"), 0)
        delivery = pack_start(rank(position, *counts), parked, str(event.get("worker")))
        return replace(fact, start=delivery) if kind == STARTED else replace(fact, stop=delivery)
    except (*UNREADABLE, AttributeError):
        return fact
