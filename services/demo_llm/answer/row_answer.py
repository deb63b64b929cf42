"""The answer of the row stage: new rows under the final columns, none of them there already."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import count, islice
from typing import Any

from services.demo_llm.answer.canonical import fit
from services.demo_llm.answer.cell import CellWriter
from services.demo_llm.answer.numbering import continue_numbers, is_numbering
from services.demo_llm.answer.value import ValueMaker
from services.demo_llm.knowledge.column_reading import ColumnReading
from services.demo_llm.knowledge.header_meaning import MeaningList
from services.demo_llm.knowledge.subject import Fact, Subject
from services.demo_llm.knowledge.wording import fold

_MADE_TRIES = 12
_FIRST_DAY = date(2025, 1, 6)
_CANNOT_IDENTIFY = frozenset(("enum", "boolean", "imageurl"))

Candidate = tuple[str, Fact | None]


def answer_rows(subject: Subject, meanings: MeaningList, maker: ValueMaker) -> dict[str, Any]:
    """Return the `row_suggestions_v1` answer."""
    wanted = max(subject.table.want.rows, 0)
    if not subject.readings:
        return {"rows": [{"cells": []} for _ in range(wanted)]}
    writer = CellWriter(subject, meanings, maker)
    candidates = islice(_list_candidates(subject, meanings, maker), wanted)
    numbers = dict(_list_numberings(subject))
    return {"rows": [{"cells": _make_row(subject, writer, numbers, *c)} for c in candidates]}


def _list_numberings(subject: Subject) -> Iterator[tuple[int, Iterator[str]]]:
    """The columns that count the rows, and how each goes on."""
    total_rows = _count_rows(subject)
    for place, link in enumerate(subject.links):
        cells = subject.table.list_cells(place)
        if place != subject.primary and link is None and is_numbering(cells, total_rows):
            yield place, continue_numbers(cells, total_rows)


def _count_rows(subject: Subject) -> int:
    """How many rows the table has, shown or not."""
    return max(subject.table.total_rows, len(subject.table.rows))


def _make_row(
    subject: Subject,
    writer: CellWriter,
    numbers: Mapping[int, Iterator[str]],
    primary: str,
    fact: Fact | None,
) -> list[str]:
    def write(place: int, reading: ColumnReading) -> str:
        if place == subject.primary:
            return primary
        if place in numbers:
            return next(numbers[place])
        return writer.write(reading, subject.links[place], fact, primary)

    return [write(place, reading) for place, reading in enumerate(subject.readings)]


def _list_candidates(
    subject: Subject, meanings: MeaningList, maker: ValueMaker
) -> Iterator[Candidate]:
    reading = subject.readings[subject.primary]
    if reading.data_type in _CANNOT_IDENTIFY:
        yield from _list_without_key(subject, reading, maker)
        return
    told = (*subject.table.list_cells(subject.primary), *subject.table.present)
    taken = {fold(cell) for cell in told}
    for primary, fact in _list_facts(subject, reading):
        if fold(primary) not in taken:
            taken.add(fold(primary))
            yield primary, fact
    for primary in _invent_primaries(subject, reading, meanings, maker):
        if fold(primary) not in taken:
            taken.add(fold(primary))
            yield primary, None


def _list_facts(subject: Subject, reading: ColumnReading) -> Iterator[Candidate]:
    link = subject.links[subject.primary]
    if link is None:
        return
    present = {fold(cell) for row in subject.table.rows for cell in row[1:]}
    for fact in subject.facts:
        primary = fit(fact[link], reading)
        if primary and fold(fact[0]) not in present:
            yield primary, fact


def _list_without_key(
    subject: Subject, reading: ColumnReading, maker: ValueMaker
) -> Iterator[Candidate]:
    facts = iter(subject.facts)
    while True:
        yield maker.make(reading), next(facts, None)


def _invent_primaries(
    subject: Subject, reading: ColumnReading, meanings: MeaningList, maker: ValueMaker
) -> Iterator[str]:
    total_rows = _count_rows(subject)
    yield from continue_numbers(subject.table.list_cells(subject.primary), total_rows)
    first = total_rows + 1
    if reading.data_type in ("integer", "decimal"):
        low, high = (reading.range.low, reading.range.high) if reading.range else (1, 0)
        yield from (str(n) for n in count(max(int(high), int(low) + total_rows - 1) + 1))
    if reading.data_type == "datetime":
        yield from ((_FIRST_DAY + timedelta(days=n)).isoformat() for n in count(first))
    meaning = meanings.find(reading.name)
    if meaning and meaning.maker in ("person", "email", "code", "phone"):
        yield from (maker.make(reading) for _ in range(_MADE_TRIES * subject.table.want.rows))
    yield from (f"{subject.entity} {number}" for number in count(first))
