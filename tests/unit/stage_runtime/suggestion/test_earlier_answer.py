"""A replay's stage is asked, but where nothing of its question is another: then it takes over."""

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.job.earlier import digest_question, find_earlier
from schemas.job.prompt import carry_prompt
from schemas.job.record import Provenance, StageRecord
from schemas.job.replay import Replay
from schemas.stage import StageName
from services.row_agent.stage import STAGE
from services.stage_runtime.suggestion.suggester import Suggested, Suggester
from tests.factory import NOW, OLD_TABLE, make_record
from tests.unit.agents.scripted_model import ScriptedModel, no_pause

ROW = StageName.ROW
SOURCE, REPLAY = UUID(int=1, version=4), UUID(int=2, version=4)
MADE_WITH = "0123456789ab"
SAID = {"rows": [{"cells": ["Venus", "0"]}]}
OTHER = {"rows": [{"cells": ["Pluto", "5"]}]}


def make_source(**fields: object) -> StageRecord:
    asked = {"stages": ["row"], "context": OLD_TABLE, "want": {"rows": 1}}
    record = make_record(**(asked | fields))
    return record.model_copy(update={"job": record.job.model_copy(update={"job_id": SOURCE})})


async def answer(
    record: StageRecord, model: ScriptedModel, parameters: str | None = MADE_WITH
) -> Suggested:
    return await Suggester(STAGE, model.ask, no_pause, parameters).suggest(record)


async def answer_source(**fields: object) -> StageRecord:
    """The source job, once its rows have been suggested."""
    record = make_source(**fields)
    suggested = await answer(record, ScriptedModel(SAID))
    told = {"prompt_version": STAGE.prompt_version, "prompt_sha": STAGE.prompt_sha}
    made = Provenance(started_at=NOW, ended_at=NOW, **told, **suggested.provenance)
    return record.with_result(ROW, suggested.suggestion, made)


def replay(source: StageRecord, record: StageRecord | None = None) -> StageRecord:
    """Its replay, or that of one which has become another record, with what may be taken over."""
    again = record or make_source()
    mark = Replay(replay_id=REPLAY, source_job_id=SOURCE)
    job = again.job.model_copy(update={"job_id": REPLAY, "replay": mark})
    return again.model_copy(update={"job": job, "earlier": find_earlier(source, [ROW])})


async def test_the_same_question_is_answered_without_a_call_and_says_of_whom() -> None:
    source, model = await answer_source(), ScriptedModel(OTHER)
    taken = await answer(replay(source), model)
    assert model.questions == []
    assert taken.suggestion == source.results.row
    said, before = taken.provenance, source.provenance[ROW]
    assert said["reused_from"] == SOURCE
    assert (said["calls"], said["cost_usd"], said["usage"].input_tokens) == (0, 0.0, 0)
    assert (said["model"], said["parameters"]) == (before.model, MADE_WITH)
    assert said["missing"] == before.missing


Change = Callable[[StageRecord], StageRecord]


def _with(**made: object) -> Change:
    """An earlier answer that came about otherwise."""

    def change(record: StageRecord) -> StageRecord:
        earlier = record.earlier[ROW]
        other = earlier.provenance.model_copy(update=made)
        told = {ROW: earlier.model_copy(update={"provenance": other})}
        return record.model_copy(update={"earlier": told})

    return change


def _of(record: StageRecord, **job: object) -> StageRecord:
    return record.model_copy(update={"job": record.job.model_copy(update=job)})


def _unreadable(record: StageRecord) -> StageRecord:
    earlier = record.earlier[ROW].model_copy(update={"suggestion": {"rows": 3}})
    return record.model_copy(update={"earlier": {ROW: earlier}})


OTHER_TABLE = make_source(context=OLD_TABLE | {"title": "Moons"}).job.context
TRIED = carry_prompt(ROW, "Say it otherwise.")
MORE = make_source(want={"rows": 2}).job.want

ASKED: list[tuple[str, Change, str | None]] = [
    ("the stage has not answered", lambda r: r.model_copy(update={"earlier": {}}), MADE_WITH),
    ("it gets another table", lambda r: _of(r, context=OTHER_TABLE), MADE_WITH),
    ("more is wanted of it", lambda r: _of(r, want=MORE), MADE_WITH),
    ("its prompt has another version", _with(prompt_version="row-0"), MADE_WITH),
    ("its prompt has another text", _with(prompt_sha="f" * 12), MADE_WITH),
    ("it was asked with other parameters", lambda r: r, "f" * 12),
    ("nobody knows with which it was asked", _with(parameters=None), MADE_WITH),
    ("nobody knows with which it is asked", lambda r: r, None),
    ("the job is no replay", lambda r: _of(r, replay=None), MADE_WITH),
    ("the job brings a prompt along", lambda r: _of(r, prompt=TRIED), MADE_WITH),
    ("this release cannot read the answer", _unreadable, MADE_WITH),
]


@pytest.mark.parametrize(
    ("change", "parameters"), [c[1:] for c in ASKED], ids=[c[0] for c in ASKED]
)
async def test_it_is_asked_where(change: Change, parameters: str | None) -> None:
    model = ScriptedModel(OTHER)
    asked = await answer(change(replay(await answer_source())), model, parameters)
    assert model.questions
    assert asked.suggestion is not None
    assert asked.provenance["parameters"] == parameters
    assert "reused_from" not in asked.provenance


def test_a_stage_that_was_not_called_has_nothing_to_take_over() -> None:
    assert find_earlier(make_source(), StageName) == {}


async def test_so_much_that_the_record_would_be_too_large_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = await answer_source()
    assert find_earlier(source, [ROW])
    monkeypatch.setattr("schemas.job.earlier.MOST_BYTES", 10)
    assert find_earlier(source, [ROW]) == {}


@given(st.text(max_size=20), st.text(max_size=20))
def test_questions_have_one_name_where_what_is_read_is_one(one: str, other: str) -> None:
    named = []
    for cell in (one, other):
        table = OLD_TABLE | {"rows": [{"cells": [cell, "2"]}]}
        record = make_source(context=table)
        named.append((record.job.context, digest_question(record, ROW)))
    assert (named[0][0] == named[1][0]) == (named[0][1] == named[1][1])


async def test_what_comes_after_a_stage_is_no_part_of_its_question() -> None:
    asked, answered = make_source(), await answer_source()
    assert digest_question(asked, ROW) == digest_question(answered, ROW)
