"""The answer of the column stage: new columns, and a value in each of them for existing rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from typing import Any

from services.demo_llm.answer.cell import CellWriter
from services.demo_llm.answer.table_answer import describe_own_column, describe_pack_column
from services.demo_llm.answer.value import ValueMaker
from services.demo_llm.knowledge.column_reading import ColumnReading
from services.demo_llm.knowledge.header_meaning import MeaningList
from services.demo_llm.knowledge.subject import Subject
from services.demo_llm.knowledge.wording import fold
from services.demo_llm.request.prompt_table import LeadColumn

_CONSTANT_FROM_ROWS = 2
Target = tuple[ColumnReading, int | None]
"""A column to fill, and the index of the pack's column that it means, if any."""

_ONCE = frozenset(("category", "status", "price", "count", "rating", "priority", "note", "rank"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new column as it is answered, with the index of the pack's column behind it, if any."""

    column: dict[str, Any]
    link: int | None = None


def answer_columns(subject: Subject, meanings: MeaningList, maker: ValueMaker) -> dict[str, Any]:
    """Return the `column_suggestions_v1` answer, without regard to the order of its keys."""
    want = subject.table.want
    writer = CellWriter(subject, meanings, maker)
    if want.into:
        return {"columns": [], "fill": _fill_rows(subject, _list_targets(subject), writer)}
    offered = chain(
        _list_leads(subject), _list_pack_columns(subject), _list_own_columns(subject, meanings)
    )
    proposals = list(islice(_drop_repeats(subject, offered), max(want.columns, 0)))
    targets = [(_read_proposal(proposal), proposal.link) for proposal in proposals]
    fill = [] if subject.table.is_new else _fill_rows(subject, targets, writer)
    return {"columns": [proposal.column for proposal in proposals], "fill": fill}


def _drop_repeats(subject: Subject, offered: Iterator[Proposal]) -> Iterator[Proposal]:
    taken = {fold(column.name) for column in subject.table.columns}
    for proposal in offered:
        name = fold(proposal.column["name"])
        if name not in taken:
            taken.add(name)
            yield proposal


def _list_leads(subject: Subject) -> Iterator[Proposal]:
    note = subject.table.table
    if subject.table.is_new and note:
        for lead, why in ((note.primary, "Identifies each row"), (note.secondary, "Comes next")):
            if lead and lead.name:
                yield Proposal(_describe_lead(lead, why))


def _describe_lead(lead: LeadColumn, why: str) -> dict[str, Any]:
    return {
        "why": why,
        "name": lead.name,
        "dataType": lead.data_type,
        "enumValues": list(lead.enum_values) if lead.enum_values else None,
        "description": lead.description,
    }


def _list_pack_columns(subject: Subject) -> Iterator[Proposal]:
    if subject.pack is None:
        return
    facts = [fact for fact in map(subject.find_fact, _list_fill_cells(subject)) if fact]
    for link, column in enumerate(subject.pack.columns):
        is_constant = len(facts) >= _CONSTANT_FROM_ROWS and len({f[link] for f in facts}) == 1
        if link not in subject.links and not column.has_blank and not is_constant:
            yield Proposal(describe_pack_column(column), link)


def _list_own_columns(subject: Subject, meanings: MeaningList) -> Iterator[Proposal]:
    headers = [column.name for column in subject.table.columns]
    if subject.table.is_new and subject.pack:
        headers += [column.name for column in subject.pack.columns]
    used = {meaning.id for meaning in map(meanings.find, headers) if meaning} & _ONCE
    is_named = bool(subject.readings or subject.pack)
    for column in meanings.own_columns[1 if is_named else 0 :]:
        if column.meaning.id not in used:
            yield Proposal(describe_own_column(column))
    for number in count(2):
        yield Proposal(describe_own_column(meanings.own_columns[9]) | {"name": f"Notes {number}"})


def _list_fill_cells(subject: Subject) -> Iterator[tuple[str, ...]]:
    by_key = {row[0]: row[1:] for row in subject.table.rows if row}
    for key in subject.table.want.fill:
        yield by_key.get(key, ())


def _list_targets(subject: Subject) -> list[Target]:
    places = subject.table.place_into()
    return [(subject.readings[place], subject.links[place]) for place in places]


def _read_proposal(proposal: Proposal) -> ColumnReading:
    column = proposal.column
    return ColumnReading(column["name"], column["dataType"], tuple(column["enumValues"] or ()))


def _fill_rows(subject: Subject, targets: list[Target], writer: CellWriter) -> list[dict[str, Any]]:
    filled = []
    for key, cells in zip(subject.table.want.fill, _list_fill_cells(subject), strict=True):
        fact = subject.find_fact(cells)
        label = cells[subject.primary] if len(cells) > subject.primary else ""
        row = [writer.write(reading, link, fact, label) for reading, link in targets]
        filled.append({"row": key, "cells": row})
    return filled
