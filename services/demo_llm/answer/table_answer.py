"""The answer of the table stage: what the table is and which column identifies a row."""

from typing import Any

from services.demo_llm.answer.value import ValueMaker
from services.demo_llm.knowledge.column_reading import ColumnReading
from services.demo_llm.knowledge.header_meaning import MeaningList, OwnColumn
from services.demo_llm.knowledge.pack import PackColumn
from services.demo_llm.knowledge.subject import Subject
from services.demo_llm.knowledge.wording import is_harmless, tidy, tidy_title

_TYPE_NOTES = {
    "integer": "A whole number",
    "decimal": "A number",
    "boolean": "Yes or no",
    "datetime": "A date",
    "enum": "One of a few choices",
    "imageurl": "A picture",
}
_PLAIN_SUMMARY = "One row per entry, with what is worth knowing about it."


def answer_table(subject: Subject, meanings: MeaningList, maker: ValueMaker) -> dict[str, Any]:
    """Return the `table_suggestion_v1` answer, without regard to the order of its keys."""
    pack = subject.pack
    answer: dict[str, Any] = {
        "title": tidy_title(subject.table.title) or (pack.title if pack else "Table"),
        "description": pack.summary if pack else _PLAIN_SUMMARY,
        "entity": subject.entity.lower(),
        "language": "en",
    }
    lead = _read_leads(subject, meanings) if subject.readings else _propose_leads(subject, meanings)
    return answer | lead


def _propose_leads(subject: Subject, meanings: MeaningList) -> dict[str, Any]:
    if subject.pack:
        leads = [describe_pack_column(column) for column in subject.pack.columns[:2]]
        sample = list(subject.facts[0][:2])
    else:
        leads = [describe_own_column(column) for column in meanings.own_columns[:2]]
        sample = [f"{subject.entity} 1", meanings.own_columns[1].meaning.values[0]]
    return {
        "primary": leads[0],
        "secondary": leads[1],
        "sampleRow": sample,
        "columnReadings": [],
    }


def _read_leads(subject: Subject, meanings: MeaningList) -> dict[str, Any]:
    notes = [
        _note_meaning(subject, place, reading, meanings)
        for place, reading in enumerate(subject.readings)
    ]
    others = [
        place
        for place, reading in enumerate(subject.readings)
        if place != subject.primary and not reading.is_generic and reading.data_type != "imageurl"
    ]
    return {
        "primary": _describe_reading(subject.readings[subject.primary], notes[subject.primary]),
        "secondary": _describe_reading(subject.readings[others[0]], notes[others[0]])
        if others
        else None,
        "sampleRow": [],
        "columnReadings": [
            {"columnKey": column.key, "inferredType": reading.data_type, "meaning": note}
            for column, reading, note in zip(
                subject.table.columns, subject.readings, notes, strict=True
            )
        ],
    }


def _describe_reading(reading: ColumnReading, note: str) -> dict[str, Any]:
    choices = [member for member in reading.enum_values if is_harmless(member)]
    return {
        "why": "",
        "name": tidy(reading.name) or "Name",
        "dataType": reading.data_type,
        "enumValues": choices if reading.data_type == "enum" else None,
        "description": note,
    }


def _note_meaning(
    subject: Subject, place: int, reading: ColumnReading, meanings: MeaningList
) -> str:
    link = subject.links[place]
    if subject.pack and link is not None:
        return subject.pack.columns[link].description
    meaning = meanings.find(reading.name)
    if meaning and not reading.is_generic:
        return meaning.description
    return _TYPE_NOTES.get(reading.data_type, "Free text")


def describe_pack_column(column: PackColumn) -> dict[str, Any]:
    """Return a pack's column as the answers spell one."""
    return {
        "why": column.why,
        "name": column.name,
        "dataType": column.data_type,
        "enumValues": list(column.enum_values) if column.enum_values else None,
        "description": column.description,
    }


def describe_own_column(column: OwnColumn) -> dict[str, Any]:
    """Return a column that suits any table as the answers spell one."""
    meaning = column.meaning
    return {
        "why": column.why,
        "name": column.name,
        "dataType": meaning.data_type,
        "enumValues": list(meaning.values) if meaning.data_type == "enum" else None,
        "description": meaning.description,
    }
