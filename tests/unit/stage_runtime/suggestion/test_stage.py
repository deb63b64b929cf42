"""What a stage's declaration gives."""

from dataclasses import replace

import pytest

from schemas.job.prompt import carry_prompt
from schemas.stage import StageName
from schemas.table.suggestion import RowSuggestions
from services.row_agent.stage import STAGE
from tests.factory import make_record, with_columns


def test_the_sha_names_instructions_and_schema() -> None:
    assert len(STAGE.prompt_sha) == 12
    assert STAGE.prompt_sha == replace(STAGE, checks=()).prompt_sha
    assert STAGE.prompt_sha != replace(STAGE, instructions="Other.").prompt_sha
    assert STAGE.prompt_sha != replace(STAGE, wire_name="row_suggestions_v2").prompt_sha


def test_the_messages_of_the_first_call_can_be_seen_without_making_it() -> None:
    system, user = STAGE.write_messages(with_columns(make_record(), "Name"))
    assert system == {"role": "system", "content": STAGE.instructions}
    assert '"want":{"columns":0,"rows":5,"fill":[]}' in user["content"]


def test_nothing_wanted_is_an_empty_suggestion() -> None:
    none = make_record(want={"rows": 0})
    assert STAGE.answer_without_call(none) == RowSuggestions()
    assert STAGE.write_messages(none) == []


def test_a_stage_takes_the_prompt_that_a_job_brings_along_for_it() -> None:
    prompt = carry_prompt(STAGE.name, "Say it otherwise.")
    job = make_record().job.model_copy(update={"prompt": prompt})
    asked = STAGE.as_asked_by(job)
    assert (asked.instructions, asked.prompt_version) == (prompt.text, prompt.version)
    assert asked.prompt_sha != STAGE.prompt_sha
    assert asked.response_format == STAGE.response_format
    assert STAGE.instructions != prompt.text


@pytest.mark.parametrize("stage", [None, StageName.TABLE, StageName.COLUMN])
def test_a_stage_has_its_own_where_a_job_brings_none_for_it(stage: StageName | None) -> None:
    prompt = None if stage is None else carry_prompt(stage, "Say it otherwise.")
    job = make_record().job.model_copy(update={"prompt": prompt})
    assert STAGE.as_asked_by(job) is STAGE
