"""What a stage's declaration gives."""

from dataclasses import replace

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
