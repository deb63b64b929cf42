"""One cell of an answer: a fact where there is one, else something plausible."""

from services.demo_llm.answer.canonical import fit, format_number
from services.demo_llm.answer.value import ValueMaker
from services.demo_llm.knowledge.column_reading import ColumnReading
from services.demo_llm.knowledge.header_meaning import MeaningList
from services.demo_llm.knowledge.pack import NUMBERS, split_header
from services.demo_llm.knowledge.subject import Fact, Subject

SCALES = {"thousands": 10**3, "millions": 10**6, "billions": 10**9}
_ABOUT_THE_ROW = frozenset(("email",))


class CellWriter:
    """Writes the cells of one answer."""

    def __init__(self, subject: Subject, meanings: MeaningList, maker: ValueMaker) -> None:
        self._pack = subject.pack
        self._meanings = meanings
        self._maker = maker

    def write(self, reading: ColumnReading, link: int | None, fact: Fact | None, label: str) -> str:
        """Return a cell in canonical form.

        Args:
            link: The index of the pack's column that this column means, if any.
            fact: What the pack knows about the row, if anything.
            label: The primary value of the row.
        """
        value = fit(self._tell(fact, link, reading), reading) if fact and link is not None else None
        if value is None and fact and self._is_fact_unknown(reading, link):
            return ""
        if value is None:
            value = self._borrow(reading, link)
        return self._maker.make(reading, label) if value is None else value

    def _tell(self, fact: Fact, link: int, reading: ColumnReading) -> str:
        """Return what a pack says, in full where the column's header names no millions."""
        column = self._pack.columns[link] if self._pack else None
        scale = SCALES.get(column.unit) if column else None
        if scale is None or not fact[link] or split_header(reading.name)[1]:
            return fact[link]
        return format_number(float(fact[link]) * scale, 0)

    def _is_fact_unknown(self, reading: ColumnReading, link: int | None) -> bool:
        """Whether the column is a measure of true things that the pack does not know."""
        is_number = reading.data_type in NUMBERS and not reading.usual
        return is_number and link is None and self._meanings.find(reading.name) is None

    def _borrow(self, reading: ColumnReading, link: int | None) -> str | None:
        if self._pack is None or link is None or reading.usual or reading.range:
            return None
        meaning = self._meanings.find(reading.name)
        if meaning and meaning.maker in _ABOUT_THE_ROW:
            return None
        choices = [self._tell(row, link, reading) for row in self._pack.rows if row[link]]
        return fit(self._maker.take_turn(f"pack {link}", choices), reading)
