"""Each record is one fact, or says why it is none."""

import pytest

from schemas.kafka.event import EventKind
from schemas.kafka.headers import ErrorKind, Headers, encode_headers
from schemas.stage import StageName
from services.gateway.record.opened_record import UnreadableRecordError
from services.gateway.record.orphan import OrphanLetter
from services.gateway.record.reader import read_record
from services.gateway.status.cell import Phase, Term
from services.kafka import ConsumedRecord
from services.kafka.value import UNREADABLE
from tests.unit.gateway.example import (
    JOB_ID,
    NOW_MS,
    ROLES,
    TOPICS,
    answered,
    consumed,
    dead_letter,
    event,
    fact,
    request,
    retry,
    started,
    success,
)

REQUESTS = TOPICS.requests(StageName.TABLE)
SUGGESTIONS = TOPICS.suggestions(StageName.TABLE)
GOOD = answered(StageName.TABLE).to_json()
STAND_IN = ConsumedRecord(REQUESTS, 0, 7, 0, None, b"raw", [(UNREADABLE, b"crc")])
BAD_HEADER = ConsumedRecord(REQUESTS, 0, 0, 0, str(JOB_ID).encode(), GOOD, [("attempt", b"x")])


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (consumed(REQUESTS, GOOD, key=None), "no-job-id"),
        (consumed(REQUESTS, GOOD, key=b"\xff"), "no-job-id"),
        (consumed(REQUESTS, GOOD, key=b"job-7"), "no-job-id"),
        (consumed(REQUESTS, None), "value"),
        (consumed(REQUESTS, b"{}"), "value"),
        (consumed(REQUESTS, GOOD, key=b"00000000-0000-4000-8000-000000000000"), "key"),
        (consumed(TOPICS.suggestions(StageName.ROW), GOOD), "value"),
        (consumed(TOPICS.events, b'{"kind":"danced"}'), "value"),
        (consumed(TOPICS.events, b"", key=b"?"), "no-job-id"),
        (BAD_HEADER, "headers"),
        (STAND_IN, "batch"),
        (retry(StageName.TABLE, attempt=1), "headers"),
    ],
)
def test_an_unreadable_record_has_a_reason(record: ConsumedRecord, reason: str) -> None:
    with pytest.raises(UnreadableRecordError) as caught:
        fact(record)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (request(), "accepted"),
        (started(StageName.TABLE), "started"),
        (success(StageName.TABLE), "succeeded"),
        (dead_letter(StageName.TABLE), "failed"),
        (retry(StageName.TABLE), "retry scheduled"),
        (request(attempt=2), "retry due"),
        (retry(StageName.TABLE, attempt=1, parked=1), "parked"),
        (request(not_before_ms=NOW_MS), "retry due"),
        (request(redrive=1), "redriven"),
        (event(EventKind.INTERRUPTED, StageName.TABLE), "interrupted"),
        (event(EventKind.ANSWERED, StageName.TABLE), "answered"),
        (event(EventKind.CANCEL_HEARD, StageName.TABLE), "cancel heard"),
        (event(EventKind.CANCELLED, StageName.TABLE), "cancelled"),
        (request(redrive=1, attempt=2), "retry due"),
    ],
)
def test_kinds(record: ConsumedRecord, kind: str) -> None:
    assert fact(record).kind == kind
    assert fact(record).job_id == str(JOB_ID)


def test_a_success_schedules_the_next_stage() -> None:
    done, following = fact(success(StageName.TABLE)).fold.cells
    assert (done.term, done.answer) == (Term.SUCCEEDED, 0)
    assert (following.stage, following.phase) == (StageName.COLUMN, Phase.SCHEDULED)


def test_a_retry_record_tells_of_two_attempts() -> None:
    read = fact(retry(StageName.TABLE, attempt=3))
    failed, waiting = read.fold.cells
    assert (failed.attempt, failed.term) == (2, Term.FAILED)
    assert (waiting.attempt, waiting.phase) == (3, Phase.WAITING)
    assert waiting.not_before_ms == NOW_MS + 5_000
    assert read.message == "too many requests"


def test_a_dead_letter_with_garbage_in_value_and_headers_still_names_its_job() -> None:
    record = ConsumedRecord(
        TOPICS.dead_letters(StageName.ROW),
        0,
        0,
        0,
        str(JOB_ID).encode(),
        b"\xff",
        [("attempt", b"\xff")],
    )
    read = fact(record)
    assert read.fold.subject is None
    assert read.fold.cells[0].failure is not None
    assert read.fold.cells[0].failure.kind is ErrorKind.POISON


def test_the_dead_letter_of_a_batch_that_cannot_be_read_comes_to_the_desk() -> None:
    headers = [(UNREADABLE, b"crc"), *encode_headers(Headers(error_kind=ErrorKind.POISON))]
    topic = TOPICS.dead_letters(StageName.TABLE)
    letter = read_record(ROLES[topic], ConsumedRecord(topic, 0, 7, 0, b"", b"raw", headers))
    assert isinstance(letter, OrphanLetter)
