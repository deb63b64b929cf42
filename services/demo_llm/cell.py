"""One cell of an answer: a fact where there is one, else something plausible."""

from services.demo_llm.canonical import fit
from services.demo_llm.column_reading import ColumnReading
from services.demo_llm.header_meaning import MeaningList
from services.demo_llm.subject import Fact, Subject
from services.demo_llm.value import ValueMaker

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
        value = fit(fact[link], reading) if fact and link is not None else None
        if value is None:
            value = self._borrow(reading, link)
        return self._maker.make(reading, label) if value is None else value

    def _borrow(self, reading: ColumnReading, link: int | None) -> str | None:
        if self._pack is None or link is None or reading.usual or reading.range:
            return None
        meaning = self._meanings.find(reading.name)
        if meaning and meaning.maker in _ABOUT_THE_ROW:
            return None
        choices = [row[link] for row in self._pack.rows if row[link]]
        return fit(self._maker.take_turn(f"pack {link}", choices), reading)
