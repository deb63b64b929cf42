"""The final table of a job, as the gateway exports it."""

import csv
import io
from dataclasses import dataclass

from schemas.api.result import ResultColumn, SuggestionResult
from schemas.table.export import SUGGESTED
from services.cli.terminal.error import CliError

Row = tuple[str, ...]


@dataclass(frozen=True)
class FinalTable:
    """What a table would be with every proposal in it. Cells are as an export writes them.

    Attributes:
        header: Names of the columns, and of the one that says where a row comes from.
        columns: As the result tells of them, in the same order.
        existing: The job's own rows, with the values that were proposed for new columns.
        proposed: The rows that were proposed.
    """

    header: Row
    columns: tuple[ResultColumn, ...]
    existing: tuple[Row, ...]
    proposed: tuple[Row, ...]

    @property
    def own(self) -> int:
        """How many columns the job's own table has; the proposed ones follow them."""
        return sum(not column.is_suggested for column in self.columns)


def read_final_table(content: bytes, result: SuggestionResult) -> FinalTable:
    """Read what `result.csv` answered.

    Raises:
        CliError: It and the result are not of one state of the job.
    """
    header, *rows = map(tuple, csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    if len(header) != len(result.columns) + 1:
        raise CliError("the job changed while it was read: run it again")
    is_proposed = [row[-1].startswith(SUGGESTED) for row in rows]
    return FinalTable(
        header,
        result.columns,
        tuple(row for row, proposed in zip(rows, is_proposed, strict=True) if not proposed),
        tuple(row for row, proposed in zip(rows, is_proposed, strict=True) if proposed),
    )
