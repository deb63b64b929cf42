"""A job's final table as CSV: existing rows with their proposed values, then the proposed rows.

A spreadsheet runs what begins like a formula, so such a cell gets an apostrophe in front; JSON
keeps the raw value. The last column says of each row where it comes from, and whether that is
demo data: unlike a header of HTTP it stays in the file when the file is passed on.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence

from schemas.job.final_table import FinalColumn, final_columns, final_rows
from schemas.job.record import Engine, StageRecord
from schemas.table.context import DataType

ORIGIN = "(origin)"
EXISTING = "existing"
FILLED = "existing, with suggested values"
SUGGESTED = "suggested"
DEMO_MARK = " (demo data)"

FORMULA_STARTS = frozenset("=+-@")
CELL_STARTS = ("\t", "\n")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
NUMBER_TYPES = (DataType.INTEGER, DataType.DECIMAL, None)
"""Where a number stays as it is: nothing runs it, and of a column without a type it is data."""
LINE_END = re.compile(r"\r\n?")
# No spreadsheet shows a control or bidi character, and a terminal obeys it.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")


def write_csv(record: StageRecord, engine: Engine | None) -> bytes:
    """Write the final table in UTF-8, every cell quoted, lines ended by CR LF (RFC 4180).

    Args:
        engine: What answered; proposals of the demo engine are marked in each row.
    """
    columns, text = final_columns(record), io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([*(escape(column.name, DataType.TEXT) for column in columns), ORIGIN])
    writer.writerows(_rows(record, columns, DEMO_MARK if engine is Engine.DEMO else ""))
    return text.getvalue().encode(errors="replace")


def escape(cell: str, data_type: DataType | None) -> str:
    """The cell without what a spreadsheet would run; a number stays, save in a column of text."""
    shown = HIDDEN.sub("", LINE_END.sub("\n", cell))
    if data_type in NUMBER_TYPES and NUMBER.fullmatch(shown):
        return shown
    return f"'{shown}" if shown.startswith(CELL_STARTS) or _is_formula(shown) else shown


def _is_formula(text: str) -> bool:
    """Full-width and small forms of the signs start a formula too."""
    visible = (char for char in text if unicodedata.category(char) not in INVISIBLE)
    first = next(visible, "")
    return not FORMULA_STARTS.isdisjoint(unicodedata.normalize("NFKC", first))


def _rows(
    record: StageRecord, columns: Sequence[FinalColumn], mark: str
) -> Iterator[tuple[str, ...]]:
    fills = record.results.column.fill if record.results.column else ()
    filled = {fill.row for fill in fills if any(fill.cells)}
    for row_id, cells in final_rows(record):
        yield _row(cells, columns, FILLED + mark if row_id in filled else EXISTING)
    for row in record.results.row.rows if record.results.row else ():
        yield _row(row.cells, columns, SUGGESTED + mark)


def _row(cells: Sequence[str], columns: Sequence[FinalColumn], origin: str) -> tuple[str, ...]:
    escaped = (escape(cell, c.data_type) for cell, c in zip(cells, columns, strict=True))
    return (*escaped, origin)
