"""What a stage makes of a record that a later release has written, wholly or in parts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic_core import from_json, to_json

from schemas.job.request import MAX_DEADLINE_S
from schemas.kafka.headers import ErrorKind, Headers, decode_headers
from services.failure.error import ProviderError
from services.kafka import ConsumedRecord
from services.stage_runtime.processing.outcome import DeadLettered, RetryLater, Succeeded
from tests.factory import NEW_TABLE, NOW, OLD_TABLE, consumed, make_provenance, make_record
from tests.unit.stage_runtime.processing.test_processor import Run

AHEAD = Headers(schema="stage-record/3", attempt=2, redrive=1)
LATER_TYPE = OLD_TABLE | {"columns": [{"name": "Name"}, {"name": "Price", "dataType": "money"}]}
LATER_HEADER = ("priority", b"high")


def document(**job: Any) -> dict[str, Any]:
    written: dict[str, Any] = from_json(make_record().to_json())
    return written | {"job": written["job"] | job}


def record(value: dict[str, Any], headers: Headers | None = None) -> ConsumedRecord:
    return consumed(to_json(value), headers=headers or Headers(schema="stage-record/1"))


async def outcome_of(source: ConsumedRecord, run: Run | None = None) -> Any:
    case = run or Run()
    return await case.processor.process(source, case.announce)


@pytest.mark.parametrize(
    "source",
    [
        record(document(), AHEAD),
        record({"nothing": "that we know"}, AHEAD),
        record(document(context=LATER_TYPE), replace(AHEAD, schema="stage-record/1")),
        record(document(stages=["table", "review"]), replace(AHEAD, schema="")),
    ],
    ids=["a later version", "another shape", "a later data type", "a later stage"],
)
async def test_a_record_of_a_later_release_waits_and_is_not_charged(source: ConsumedRecord) -> None:
    run = Run()
    waits = await outcome_of(source, run)
    assert isinstance(waits, RetryLater)
    assert run.model.calls == []
    assert (waits.publication.key, waits.publication.value) == (source.key, source.value)
    assert waits.publication.topic == "table.retry.30s"
    headers = decode_headers(waits.publication.headers)
    assert (headers.attempt, headers.redrive, headers.parked) == (2, 1, 1)
    assert headers.error_kind is ErrorKind.SCHEMA_AHEAD


async def test_a_record_that_waited_for_an_upgrade_waits_longer() -> None:
    waits = await outcome_of(record(document(), replace(AHEAD, parked=1)))
    assert waits.publication.topic == "table.retry.5m"
    assert decode_headers(waits.publication.headers).parked == 2


async def test_after_the_upgrade_it_is_handled_as_the_attempt_that_it_was() -> None:
    waits = await outcome_of(record(document(), AHEAD))
    headers = replace(decode_headers(waits.publication.headers), schema="stage-record/1")
    answered = await outcome_of(record(document(), headers))
    assert isinstance(answered, Succeeded)
    assert from_json(answered.publication.value or b"")["provenance"]["table"]["attempt"] == 2


SOON = (NOW + timedelta(seconds=20)).isoformat()
SOON_MS = int((NOW + timedelta(seconds=20)).timestamp() * 1000)
LONG_AGO_MS = int((NOW - timedelta(seconds=MAX_DEADLINE_S)).timestamp() * 1000)


@pytest.mark.parametrize(
    "source",
    [
        record({"job": {"deadlineAt": SOON, "of": "another shape"}}, AHEAD),
        record({"nothing": 1}, replace(AHEAD, deadline_ms=SOON_MS)),
        record({"nothing": 1}, replace(AHEAD, first_failed_ms=LONG_AGO_MS)),
        record({"job": {"deadlineAt": "tomorrow"}}, replace(AHEAD, first_failed_ms=LONG_AGO_MS)),
    ],
    ids=["the job's deadline", "a redrive's deadline", "the longest deadline", "an odd deadline"],
)
async def test_it_waits_until_its_deadline_and_is_a_dead_letter_then(
    source: ConsumedRecord,
) -> None:
    letter = await outcome_of(source)
    assert isinstance(letter, DeadLettered)
    assert letter.error_kind is ErrorKind.SCHEMA_AHEAD
    headers = decode_headers(letter.publication.headers)
    assert (headers.attempt, headers.redrive, headers.schema) == (2, 1, "stage-record/3")
    assert letter.publication.value == source.value


async def test_what_no_release_would_write_is_poison_at_once() -> None:
    source = record(document(context=LATER_TYPE | {"title": 7}))
    assert (await outcome_of(source)).error_kind is ErrorKind.POISON


async def test_fields_and_words_of_a_later_release_go_on_as_they_came() -> None:
    """An older agent in the middle of a job of a newer one takes nothing away."""
    written = document(priority="high", context=NEW_TABLE | {"unit": ["later"]})
    before = make_provenance().model_dump(mode="json", by_alias=True)
    check = {"id": "C99", "action": "healed", "severity": "doubt", "message": "m", "by": "a later"}
    written |= {"trail": {"seen": 1.5}, "provenance": {"column": before | {"checks": [check]}}}
    written["results"]["review"] = {"verdict": "good"}
    answered = await outcome_of(record(written))
    onward = from_json(answered.publication.value or b"")
    assert onward["provenance"].pop("table")["model"] == "m-1"
    assert onward["results"].pop("table")["title"] == "Planets"
    del written["results"]["table"]
    assert onward == written


@pytest.mark.parametrize("error", [ProviderError("no"), None], ids=["retry", "dead letter"])
async def test_headers_of_a_later_release_stay_with_the_delivery(
    error: ProviderError | None,
) -> None:
    source = record(document() if error else {})
    source = replace(source, headers=[*source.headers, LATER_HEADER])
    outcome = await outcome_of(source, Run(says=error) if error else None)
    assert isinstance(outcome, RetryLater if error else DeadLettered)
    assert LATER_HEADER in outcome.publication.headers


async def test_a_dead_letter_keeps_what_can_be_read_of_its_headers() -> None:
    source = consumed(b"{}", headers=Headers(attempt=3, redrive=2))
    letter = await outcome_of(replace(source, headers=[*source.headers, ("repeat", b"x")]))
    headers = decode_headers(letter.publication.headers)
    assert (headers.attempt, headers.redrive) == (3, 2)
