"""What a column really holds: its working type, spelling, range and usual values."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from services.demo_llm.knowledge.wording import fold, is_plain
from services.demo_llm.request.prompt_table import PromptTable

CELLS_LOOKED_AT = 20

TRUE_FALSE = ("true", "false")
_SPELLINGS = {
    "yes": ("Yes", "No"),
    "no": ("Yes", "No"),
    "y": ("Y", "N"),
    "n": ("Y", "N"),
    "true": TRUE_FALSE,
    "false": TRUE_FALSE,
}
_NUMBER = re.compile(r"[~≈$€£ ]*(-?\d[\d,]*(?:\.\d+)?)\+?(?: ?\([^)]*\)| ?[^\d\s]{1,4})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?|\d{1,2}/\d{1,2}/\d{4}")
_PLACEHOLDERS = frozenset(("", "-", "n/a", "na", "none", "unknown", "tbd", "todo", "?", "sample"))
_GENERIC_HEADER = re.compile(r"(new )?(column|field|data|untitled)? ?\d*")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers seen in a column and how many decimals they have."""

    low: float
    high: float
    decimals: int


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A column as the values for it must be.

    Attributes:
        data_type: The working type: what is declared, or what most cells are.
        spelling: The two words of a boolean, the true one first.
        usual: Harmless values that occur again and again, to be used again.
    """

    name: str
    data_type: str
    enum_values: tuple[str, ...] = ()
    spelling: tuple[str, str] = TRUE_FALSE
    range: Range | None = None
    usual: tuple[str, ...] = ()
    has_cells: bool = False

    @property
    def is_generic(self) -> bool:
        """Whether the header says nothing, as `New Column 2` does."""
        return _GENERIC_HEADER.fullmatch(fold(self.name)) is not None


def read_columns(table: PromptTable) -> tuple[ColumnReading, ...]:
    """Return a reading of each existing column, in column order."""
    return tuple(
        read_column(
            "" if column.is_placeholder else column.name,
            "text" if column.is_placeholder else column.data_type,
            tuple(column.enum_values or ()),
            [row[place + 1] for row in table.rows[:CELLS_LOOKED_AT] if len(row) > place + 1],
        )
        for place, column in enumerate(table.columns)
    )


def read_column(
    name: str, declared: str | None, enum_values: tuple[str, ...], cells: list[str]
) -> ColumnReading:
    """Return the reading of one column; a declared type other than text stands as it is."""
    told = [cell for cell in cells if fold(cell) not in _PLACEHOLDERS]
    if not told:
        return ColumnReading(name, declared or "", enum_values)
    data_type = declared if declared and declared != "text" else _find_majority(told)
    if data_type == "enum" and not enum_values:
        data_type = "text"
    spelling = TRUE_FALSE
    if data_type == "boolean":
        spelling = Counter(_SPELLINGS.get(fold(cell), TRUE_FALSE) for cell in told).most_common(1)[
            0
        ][0]
    return ColumnReading(
        name, data_type, enum_values, spelling, _find_range(told), _find_usual(told), True
    )


def parse_number(cell: str) -> tuple[str, float] | None:
    """Return the number at the head of a cell such as `-241 (average)`, as text and as value."""
    match = _NUMBER.fullmatch(cell.strip())
    if match is None:
        return None
    digits = match[1].replace(",", "")
    return (digits, float(digits)) if len(digits) <= 15 else None


@lru_cache(maxsize=16384)
def _classify(cell: str) -> str:
    if fold(cell) in _SPELLINGS:
        return "boolean"
    if _DATE.fullmatch(cell.strip()):
        return "datetime"
    number = parse_number(cell)
    if number is None:
        return "text"
    return "decimal" if "." in number[0] else "integer"


def _find_majority(cells: list[str]) -> str:
    counts = Counter(_classify(cell) for cell in cells)
    numbers = counts["integer"] + counts["decimal"]
    if numbers * 2 > len(cells):
        return "decimal" if counts["decimal"] else "integer"
    kind, count = counts.most_common(1)[0]
    return kind if count * 2 > len(cells) else "text"


def _find_range(cells: list[str]) -> Range | None:
    numbers = [number for number in map(parse_number, cells) if number]
    if not numbers:
        return None
    decimals = max(len(digits.partition(".")[2]) for digits, _ in numbers)
    values = [value for _, value in numbers]
    return Range(min(values), max(values), min(decimals, 4))


def _find_usual(cells: list[str]) -> tuple[str, ...]:
    distinct = tuple(dict.fromkeys(cell for cell in cells if is_plain(cell)))
    return distinct if len(distinct) * 2 <= len(cells) else ()
