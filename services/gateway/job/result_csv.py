"""A job's final table as CSV: existing rows with their proposed values, then the proposed rows.

JSON keeps the raw value of what is escaped here. The last column says of each row where it comes
from, and whether that is demo data: unlike a header of HTTP it stays in the file when the file is
passed on.
"""

import csv
import io
from collections.abc import Iterator, Sequence

from schemas.job.final_table import final_columns, final_rows
from schemas.job.record import Engine, StageRecord
from schemas.table.export import DEMO_MARK, EXISTING, FILLED, ORIGIN, SUGGESTED, escape

BOM = b"\xef\xbb\xbf"
"""What may stand before a file: some spreadsheets tell UTF-8 by it."""


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


def _rows(record: StageRecord, mark: str) -> Iterator[tuple[str, ...]]:
    fills = record.results.column.fill if record.results.column else ()
    filled = {fill.row for fill in fills if any(fill.cells)}
    for row_id, cells in final_rows(record):
        yield _row(cells, FILLED + mark if row_id in filled else EXISTING)
    for row in record.results.row.rows if record.results.row else ():
        yield _row(row.cells, SUGGESTED + mark)


def _row(cells: Sequence[str], origin: str) -> tuple[str, ...]:
    return (*map(escape, cells), origin)
