"""A job goes on from the tables where it stood, and what has answered finds that it has."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest

from schemas.api.status import JobState
from schemas.job.prompt import carry_prompt
from schemas.job.record import PROMPT_RECORD_SCHEMA, RECORD_SCHEMA, StageRecord
from schemas.kafka.event import EventKind
from schemas.kafka.headers import Headers, decode_headers
from schemas.stage import STAGE_ORDER
from services.gateway.rehydrate.job_record import Going, NoInputError, OpenJob, write_records
from services.gateway.status.fold import JobFold, merge
from services.gateway.status.state import describe
from services.kafka import ConsumedRecord
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    TOPICS,
    answered,
    consumed,
    dead_letter,
    event,
    fact,
    job,
    request,
    retry,
    started,
    success,
)

TABLE, COLUMN, ROW = STAGE_ORDER
REQUEST = StageRecord(job=job()).to_json()


def open_job(*records: ConsumedRecord, request_value: bytes | None = None) -> OpenJob:
    """A job as the tables have it after these records."""
    facts = [fact(record) for record in records]
    answers = {one.stage: one.value for one in facts if one.value is not None}
    return OpenJob(str(JOB_ID), fold(*records), request_value, answers)


def fold(*records: ConsumedRecord) -> JobFold:
    return reduce(merge, (fact(record).fold for record in records))


def names(records: tuple[Going, ...]) -> list[str]:
    return [record.topic.removeprefix(TOPICS.prefix) for record in records]


def told(record: Going) -> Headers:
    return decode_headers(record.headers)


@pytest.mark.parametrize(
    ("records", "topics", "attempt", "redrive"),
    [
        ([request()], ["table.requests"], 1, 0),
        ([request(), started(TABLE)], ["table.requests"], 1, 0),
        ([request(), started(TABLE), retry(TABLE, 3)], ["table.requests"], 3, 0),
        ([request(), success(TABLE)], ["table.requests", "table.suggestions"], 1, 0),
        (
            [request(), success(TABLE), started(COLUMN, attempt=2)],
            ["table.requests", "table.suggestions"],
            2,
            0,
        ),
        (
            [request(), success(TABLE), dead_letter(COLUMN), started(COLUMN, redrive=1)],
            ["table.requests", "table.suggestions"],
            1,
            1,
        ),
        (
            [request(), success(TABLE), success(COLUMN), started(ROW)],
            ["table.requests", "table.suggestions", "column.suggestions"],
            1,
            0,
        ),
    ],
)
def test_a_job_goes_on_where_it_stood(
    records: list[ConsumedRecord], topics: list[str], attempt: int, redrive: int
) -> None:
    found = open_job(*records, request_value=REQUEST)
    going = write_records(found, TOPICS, NOW)
    assert names(going) == topics
    headers = told(going[-1])
    assert (headers.attempt, headers.redrive, headers.repeat) == (attempt, redrive, 1)
    before = describe(found.fold)
    read_again = [
        consumed(record.topic, record.value, 100, headers=told(record)) for record in going
    ]
    after = describe(merge(found.fold, fold(*read_again)))
    assert after.state in (before.state, JobState.RUNNING)
    assert [stage.state for stage in after.asked] == [stage.state for stage in before.asked]


def test_what_brings_a_prompt_along_is_answered_by_no_earlier_release() -> None:
    prompt = carry_prompt(TABLE, "Say it otherwise.")
    value = StageRecord(job=job().model_copy(update={"prompt": prompt})).to_json()
    before = write_records(open_job(request(), request_value=value), TOPICS, NOW)
    assert [told(record).schema for record in before] == [PROMPT_RECORD_SCHEMA]
    after = write_records(open_job(request(), success(TABLE), request_value=value), TOPICS, NOW)
    assert [told(record).schema for record in after] == [PROMPT_RECORD_SCHEMA, RECORD_SCHEMA]


def test_answers_are_published_by_their_bytes() -> None:
    found = open_job(request(), success(TABLE), success(COLUMN))
    going = write_records(found, TOPICS, NOW)
    published = [record.value for record in going[1:]]
    assert published == [answered(stage).to_json() for stage in (TABLE, COLUMN)]


def test_a_request_that_is_not_kept_is_read_from_the_first_answer() -> None:
    going = write_records(open_job(request(), success(TABLE)), TOPICS, NOW)
    assert StageRecord.from_json(going[0].value) == StageRecord.from_json(REQUEST)


def test_earlier_results_that_were_given_stay_in_the_request() -> None:
    asked = job(stages=(COLUMN, ROW))
    first, _ = write_records(open_job(success(COLUMN, of=asked)), TOPICS, NOW)
    results = StageRecord.from_json(first.value).results
    assert first.topic == TOPICS.requests(COLUMN)
    assert results.table is not None
    assert results.column is None


def test_a_cancel_that_was_asked_is_said_again_first() -> None:
    heard = event(EventKind.CANCEL_HEARD, TABLE)
    going = write_records(open_job(request(), heard, request_value=REQUEST), TOPICS, NOW)
    assert names(going) == ["job.control", "table.requests"]


@pytest.mark.parametrize("least_s", [None, 60, 100_000])
def test_a_job_has_its_own_deadline_or_a_later_one(least_s: int | None) -> None:
    least = None if least_s is None else NOW + timedelta(seconds=least_s)
    found = open_job(request(), request_value=REQUEST)
    own = job().deadline_at
    assert own is not None
    (going,) = write_records(found, TOPICS, NOW, least)
    expected = own if least is None else max(own, least)
    assert told(going).deadline_ms == int(expected.timestamp() * 1000)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (open_job(request()), "its request is not in the tables"),
        (replace(open_job(request(), success(TABLE)), answers={}), "its request is not"),
        (
            replace(open_job(request(), success(TABLE), request_value=REQUEST), answers={}),
            "the answer of the table stage",
        ),
        (OpenJob(str(JOB_ID), JobFold(None, 0), None, {}), "which stages"),
    ],
)
def test_what_the_tables_do_not_hold_is_said(found: OpenJob, why: str) -> None:
    with pytest.raises(NoInputError, match=why):
        write_records(found, TOPICS, NOW)
