"""From which record a stage is run again, and what its input is."""

import pytest

from schemas.stage import StageName
from tests.unit.replay.past import NAMES, Past, job_id

TABLE, COLUMN, ROW = StageName


def source_topic(past: Past) -> str | None:
    source = past.read().jobs[job_id(1)].source
    return None if source is None else source.place.topic


@pytest.mark.parametrize(
    ("changed", "topic"),
    [
        (TABLE, NAMES.requests(TABLE)),
        (COLUMN, NAMES.suggestions(TABLE)),
        (ROW, NAMES.suggestions(COLUMN)),
    ],
)
def test_a_stage_is_run_from_what_it_got(changed: StageName, topic: str) -> None:
    past = Past(changed)
    past.complete(1)
    assert source_topic(past) == topic


@pytest.mark.parametrize("changed", StageName)
def test_what_a_stage_got_stands_in_its_answer_too_when_the_older_record_is_gone(
    changed: StageName,
) -> None:
    past = Past(changed)
    past.complete(1)
    whole = past.read().jobs[job_id(1)].source
    past.records = [r for r in past.records if r.topic == NAMES.suggestions(changed)]
    kept = past.read().jobs[job_id(1)].source
    assert whole is not None
    assert kept is not None
    assert (kept.place.topic, kept.digest) == (NAMES.suggestions(changed), whole.digest)


def test_a_failed_stage_is_run_from_its_dead_letter_when_the_request_is_gone() -> None:
    past = Past(TABLE)
    past.fail(past.post(1), TABLE)
    past.records = past.records[1:]
    assert source_topic(past) == NAMES.dead_letters(TABLE)


def test_the_order_of_the_records_does_not_matter() -> None:
    past = Past()
    past.complete(1)
    forward = past.read().jobs[job_id(1)]
    past.records.reverse()
    assert past.read().jobs[job_id(1)] == forward


def test_of_two_answers_the_first_is_the_baseline() -> None:
    past = Past()
    record = past.complete(1)
    first = past.read().jobs[job_id(1)].baseline(COLUMN)
    past.publish(NAMES.suggestions(ROW), record)
    assert past.read().jobs[job_id(1)].baseline(COLUMN) == first


def test_what_another_table_or_other_answers_give_is_another_input() -> None:
    past = Past()
    past.complete(1)
    past.complete(2)
    past.complete(3, context={"title": "Moons"})
    jobs = past.read().jobs
    digests = [jobs[job_id(n)].source for n in (1, 2, 3)]
    one, same, other = (source.digest for source in digests if source)
    assert one == same != other
