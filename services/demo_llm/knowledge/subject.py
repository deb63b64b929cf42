"""What a table is about: the pack that knows it, and what each of its columns means."""

from dataclasses import dataclass, replace

from services.demo_llm.knowledge.column_reading import ColumnReading, read_columns
from services.demo_llm.knowledge.header_meaning import MeaningList
from services.demo_llm.knowledge.pack import NUMBERS, Pack, link_header
from services.demo_llm.knowledge.pack_match import PackShelf, order_rows
from services.demo_llm.knowledge.wording import fold, name_entity, split_words
from services.demo_llm.request.prompt_table import PromptTable

Fact = tuple[str, ...]

_NAME_WORDS = frozenset(("name", "title"))
_POOR_KEYS = frozenset(("boolean", "enum", "imageurl"))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything this server knows."""

    shelf: PackShelf
    meanings: MeaningList


@dataclass(frozen=True, slots=True)
class Subject:
    """A table as this server understands it.

    Attributes:
        facts: The pack's rows, the best fitting ones first; empty without a pack.
        links: For each existing column the index of the pack's column it means, or None.
        primary: The place of the column that identifies a row, counted from 0.
        entity: What one row is, in Title Case.
    """

    table: PromptTable
    pack: Pack | None
    facts: tuple[Fact, ...]
    readings: tuple[ColumnReading, ...]
    links: tuple[int | None, ...]
    primary: int
    entity: str

    def find_fact(self, cells: tuple[str, ...]) -> Fact | None:
        """Return what the pack knows about a row with these cells, or None."""
        if self.pack is None:
            return None
        first = cells[self.primary : self.primary + 1]
        known = (self.pack.by_primary.get(fold(cell)) for cell in (*first, *cells))
        return next((fact for fact in known if fact), None)


def survey(table: PromptTable, knowledge: Knowledge) -> Subject:
    """Return what a table is about."""
    pack = knowledge.shelf.find_pack(table)
    read = read_columns(table)
    links = [link_header(pack, r.name, r.data_type in NUMBERS) if pack else None for r in read]
    readings = tuple(
        _settle_type(reading, pack, link, knowledge.meanings)
        for reading, link in zip(read, links, strict=True)
    )
    primary = _find_primary(table, readings, links)
    if pack and links and links[primary] is None and readings[primary].data_type == "text":
        links[primary] = 0
    facts = order_rows(pack, table.title) if pack else ()
    entity = _name_entity(table.title, pack)
    return Subject(table, pack, facts, readings, tuple(links), primary, entity)


def _name_entity(title: str, pack: Pack | None) -> str:
    entity = name_entity(title)
    if pack is None or split_words(entity)[-1] in split_words(pack.entity):
        return entity
    return pack.entity.title()


def _settle_type(
    reading: ColumnReading, pack: Pack | None, link: int | None, meanings: MeaningList
) -> ColumnReading:
    if reading.data_type:
        return reading
    if pack and link is not None:
        column = pack.columns[link]
        return replace(reading, data_type=column.data_type, enum_values=column.enum_values or ())
    meaning = meanings.find(reading.name)
    if meaning is None or meaning.data_type == "enum":
        return replace(reading, data_type="text")
    return replace(reading, data_type=meaning.data_type)


def _find_primary(
    table: PromptTable, readings: tuple[ColumnReading, ...], links: list[int | None]
) -> int:
    if table.table and table.table.primary:
        said = fold(table.table.primary.name)
        for place, reading in enumerate(readings):
            if fold(reading.name) == said:
                return place
    places = range(len(readings))
    ranked = (
        (p for p in places if links[p] == 0),
        (
            p
            for p in places
            if _NAME_WORDS & set(split_words(readings[p].name)) and _is_text(readings[p])
        ),
        (p for p in places if _is_text(readings[p])),
        (p for p in places if readings[p].data_type not in _POOR_KEYS),
    )
    return next((place for group in ranked for place in group), 0)


def _is_text(reading: ColumnReading) -> bool:
    return reading.data_type == "text" and not reading.is_generic
