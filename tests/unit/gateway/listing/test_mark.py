"""What is true of a job is what it is found by, whatever the order of its records."""

import pytest

from schemas.job.record import Engine
from schemas.job.replay import Replay
from schemas.stage import StageName
from services.gateway.listing.mark import LETTERS, MAX_WORDS, find_words, mark_engine, marks_of
from services.gateway.status.fold import JobFold, merge
from services.kafka import ConsumedRecord
from tests.unit.gateway.example import (
    JOB_ID,
    TOPICS,
    answered,
    consumed,
    dead_letter,
    fact,
    job,
    job_id,
    request,
    retry,
    success,
)

WORDS = [
    ("Planets and Moons", ("planets", "and", "moons")),
    ("Käse, CAFÉ & Straße", ("kase", "cafe", "strasse")),
    ("Q3-2026 (draft)", ("q3", "2026", "draft")),
    ("世界の山", ("世", "界", "の", "山")),
    ("ﬁne ＡＢ１", ("fine", "ab1")),
    ("a a A", ("a",)),
    ("!? …", ()),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_a_title_has_words_without_case_and_accents(text: str, words: tuple[str, ...]) -> None:
    assert find_words(text) == words


def test_of_a_long_title_the_first_words_are_kept() -> None:
    assert len(find_words(" ".join(map(str, range(500))))) == MAX_WORDS


def test_a_new_job_is_found_by_its_table_its_words_and_where_its_stages_stand() -> None:
    tagged = job().model_copy(update={"tags": ("a", "b")})
    assert marks_of(fold_of(request(of=tagged))) == {
        "table:tbl_1",
        "tag:a",
        "tag:b",
        "word:planets",
        "stage:table:pending",
        "stage:column:pending",
        "stage:row:pending",
    }


def test_a_rerun_or_replay_is_found_by_its_source() -> None:
    mark = Replay(replay_id=job_id(1), source_job_id=JOB_ID, is_shadow=False)
    made = job(job_id(2)).model_copy(update={"replay": mark})
    assert f"source:{JOB_ID}" in marks_of(fold_of(request(of=made)))


def test_a_stage_that_was_not_asked_for_is_found_as_such() -> None:
    marks = marks_of(fold_of(request(of=job(stages=(StageName.TABLE,)))))
    assert {"stage:column:not asked", "stage:table:pending"} <= marks


def test_an_engine_is_told_once_it_has_answered() -> None:
    record = answered(StageName.TABLE)
    said = record.provenance[StageName.TABLE].model_copy(update={"engine": Engine.DEMO})
    record = record.model_copy(update={"provenance": {StageName.TABLE: said}})
    told = consumed(TOPICS.suggestions(StageName.TABLE), record.to_json())
    assert mark_engine(Engine.DEMO) not in marks_of(fold_of(request()))
    assert mark_engine(Engine.DEMO) in marks_of(fold_of(request(), told))


LETTER = dead_letter(StageName.COLUMN, attempt=2)
GIVEN_UP = [
    ((request(),), False),
    ((request(), retry(StageName.TABLE)), False),
    ((request(), retry(StageName.TABLE, attempt=1, parked=1)), False),
    ((request(), LETTER), True),
    ((request(), LETTER, success(StageName.COLUMN)), True),
    ((request(), retry(StageName.COLUMN), LETTER), True),
]


@pytest.mark.parametrize(("records", "is_given_up"), GIVEN_UP)
def test_a_dead_letter_is_told_from_a_failure_that_is_tried_again(
    records: tuple[ConsumedRecord, ...], is_given_up: bool
) -> None:
    for said in (records, records[::-1]):
        assert (LETTERS in marks_of(fold_of(*said))) is is_given_up


def fold_of(*records: ConsumedRecord) -> JobFold:
    first, *rest = (fact(record).fold for record in records)
    for other in rest:
        first = merge(first, other)
    return first
