"""The stand-in for a model: a chat call in, the value of its answer out."""

import random
from typing import Any

from services.demo_llm.answer.column_answer import answer_columns
from services.demo_llm.answer.row_answer import answer_rows
from services.demo_llm.answer.schema_fill import SchemaFiller
from services.demo_llm.answer.table_answer import answer_table
from services.demo_llm.answer.value import ValueMaker
from services.demo_llm.knowledge.header_meaning import load_meanings
from services.demo_llm.knowledge.pack import load_packs
from services.demo_llm.knowledge.pack_match import PackShelf
from services.demo_llm.knowledge.subject import Knowledge, survey
from services.demo_llm.request.chat_call import PROSE, ChatCall
from services.demo_llm.request.prompt_table import read_table

BANNER = "Demo engine: canned data, not AI. Set OPENAI_API_KEY to use a model"
_PROSE_ANSWER = "This is demo data: a canned sentence, not the answer of a model."

_ANSWERS = {
    "table_suggestion_v1": answer_table,
    "column_suggestions_v1": answer_columns,
    "row_suggestions_v1": answer_rows,
}
KNOWN_SCHEMAS = tuple(_ANSWERS)


def load_knowledge() -> Knowledge:
    """Read the packs and the list of header meanings from their files."""
    return Knowledge(PackShelf(load_packs()), load_meanings())


def answer_call(
    call: ChatCall, schema_name: str, rng: random.Random, knowledge: Knowledge
) -> dict[str, Any] | str:
    """Return the answer as a JSON value, or a sentence when no schema is asked for."""
    filler = SchemaFiller(call.json_schema, rng)
    answer = _ANSWERS.get(schema_name)
    table = read_table(call.last_user_text) if answer else None
    if answer is None or table is None:
        filled = filler.fill() if call.json_schema else None
        return filled if isinstance(filled, dict) else _PROSE_ANSWER
    subject = survey(table, knowledge)
    meanings = knowledge.meanings
    conformed: dict[str, Any] = filler.conform(answer(subject, meanings, ValueMaker(rng, meanings)))
    return conformed


__all__ = ["BANNER", "KNOWN_SCHEMAS", "PROSE", "answer_call", "load_knowledge"]
