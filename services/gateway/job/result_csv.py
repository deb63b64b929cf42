"""A job's final table as CSV: existing rows with their proposed values, then the proposed rows.

A spreadsheet runs what begins like a formula, so such a cell gets an apostrophe in front; JSON
keeps the raw value. An amount or a phone number cannot be run and gets none, whatever its column's
type: a sign, digits with what groups them, a currency or unit, and no operator. The last column
says of each row where it comes from, and whether that is demo data: unlike a header of HTTP it
stays in the file when the file is passed on.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence

from schemas.job.final_table import final_columns, final_rows
from schemas.job.record import Engine, StageRecord

ORIGIN = "(origin)"
EXISTING = "existing"
FILLED = "existing, with suggested values"
SUGGESTED = "suggested"
DEMO_MARK = " (demo data)"

FORMULA_STARTS = frozenset("=+-@")
CELL_STARTS = ("\t", "\n")
SPACE = " \u00a0\u2009\u202f"
AMOUNT = re.compile(
    rf"[+-][{SPACE}]?[$€£¥₹]?[{SPACE}]?\.?[0-9](?:[0-9.,'’{SPACE}]*[0-9])?"
    rf"(?:[{SPACE}]?(?:[%‰$€£¥₹]|°?[^\W\d_]{{0,12}})|[eE][+-]?[0-9]+)"
)
SIGNS_ALONE = re.compile("[+-]{1,3}")
BOM = b"\xef\xbb\xbf"
"""What may stand before a file: some spreadsheets tell UTF-8 by it."""

LINE_END = re.compile(r"\r\n?")
# No spreadsheet shows a control character or one that overrides the direction of writing, and a
# terminal obeys it. The marks that Arabic and Hebrew are written with are no such.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")


def write_csv(record: StageRecord, engine: Engine | None) -> bytes:
    """Write the final table in UTF-8, every cell quoted, lines ended by CR LF (RFC 4180).

    Args:
        engine: What answered; proposals of the demo engine are marked in each row.
    """
    columns, text = final_columns(record), io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([*(escape(column.name) for column in columns), ORIGIN])
    writer.writerows(_rows(record, DEMO_MARK if engine is Engine.DEMO else ""))
    return text.getvalue().encode(errors="replace")


def escape(cell: str) -> str:
    """The cell without what a spreadsheet would run."""
    shown = HIDDEN.sub("", LINE_END.sub("\n", cell))
    if AMOUNT.fullmatch(shown) or SIGNS_ALONE.fullmatch(shown):
        return shown
    return f"'{shown}" if shown.startswith(CELL_STARTS) or _is_formula(shown) else shown


def _is_formula(text: str) -> bool:
    """Full-width and small forms of the signs start a formula too."""
    visible = (char for char in text if unicodedata.category(char) not in INVISIBLE)
    first = next(visible, "")
    return not FORMULA_STARTS.isdisjoint(unicodedata.normalize("NFKC", first))


def _rows(record: StageRecord, mark: str) -> Iterator[tuple[str, ...]]:
    fills = record.results.column.fill if record.results.column else ()
    filled = {fill.row for fill in fills if any(fill.cells)}
    for row_id, cells in final_rows(record):
        yield _row(cells, FILLED + mark if row_id in filled else EXISTING)
    for row in record.results.row.rows if record.results.row else ():
        yield _row(row.cells, SUGGESTED + mark)


def _row(cells: Sequence[str], origin: str) -> tuple[str, ...]:
    return (*map(escape, cells), origin)
