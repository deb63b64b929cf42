"""Whatever may be read of one job: records of all kinds, of which a history takes some."""

from itertools import count, product
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from schemas.job.record import StageRecord
from schemas.kafka.control import CancelRequest
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import ErrorKind, Headers
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.status.fact import Fact
from services.kafka import ConsumedRecord
from tests.unit.gateway.example import JOB_ID, NOW, NOW_MS, TOPICS, answered, consumed, fact, job

HISTORIES_PER_LAW = 2_000 if settings.get_current_profile_name() == "ci" else 100
"""Five laws of the fold make ten thousand histories in CI."""

REQUEST = StageRecord(job=job()).to_json()
WHY: dict[str, Any] = {"error_kind": ErrorKind.PROVIDER, "error_message": "no answer"}
CALLS = [{"calls_done": done, "calls_planned": of} for done, of in ((1, 4), (2, 4), (3, 9))]
LATER: dict[str, Any] = {"not_before_ms": NOW_MS + 5_000}

Draft = tuple[str, bytes, Headers]


def stage_drafts(stage: StageName, redrive: int, attempt: int) -> list[Draft]:
    """What one attempt may leave in the topics of its stage."""
    at: dict[str, Any] = {"redrive": redrive, "attempt": attempt}
    waiting, done = TOPICS.retries(stage), answered(stage).to_json()
    return [
        (TOPICS.requests(stage), REQUEST, Headers(**at)),
        (TOPICS.requests(stage), REQUEST, Headers(**at, **LATER, parked=1)),
        (waiting[0], REQUEST, Headers(redrive=redrive, attempt=attempt + 1, **WHY, **LATER)),
        (waiting[1], REQUEST, Headers(**at, **WHY, **LATER, parked=1)),
        (waiting[0], REQUEST, Headers(**at, **WHY, **LATER, parked=2)),
        (TOPICS.dead_letters(stage), REQUEST, Headers(**at, **WHY)),
        (TOPICS.suggestions(stage), done, Headers(redrive=redrive)),
    ]


def event_drafts(stage: StageName, redrive: int, attempt: int) -> list[Draft]:
    """What its worker may say of it."""
    at: dict[str, Any] = {"stage": stage, "redrive": redrive, "attempt": attempt}
    kinds = [(EventKind.STARTED, 0), (EventKind.STARTED, 1), (EventKind.STARTED, 2)]
    kinds += [(kind, 0) for kind in EventKind if kind is not EventKind.STARTED]
    events = [
        JobEvent(kind=kind, job_id=JOB_ID, worker="w", at=NOW, parked=parked, **at)
        for kind, parked in kinds
    ]
    events += [
        JobEvent(kind=EventKind.ANSWERED, job_id=JOB_ID, worker="w", at=NOW, **at, **calls)
        for calls in CALLS
    ]
    return [(TOPICS.events, event.to_json(), Headers()) for event in events]


def make_pool() -> list[ConsumedRecord]:
    """Records of all kinds, each with an offset of its own, in no order that means anything."""
    drafts = [(TOPICS.control, CancelRequest(job_id=JOB_ID, asked_at=NOW).to_json(), Headers())]
    for at in product(STAGE_ORDER, (0, 1), (1, 2)):
        drafts += stage_drafts(*at) + event_drafts(*at)
    Random(7).shuffle(drafts)
    offsets = {topic: count() for topic, _, _ in drafts}
    return [consumed(t, value, next(offsets[t]), headers=h) for t, value, h in drafts]


POOL: list[Fact] = [fact(record) for record in make_pool()]

facts = st.sampled_from(POOL)
"""Any record of the job."""
