"""How a result looks in a terminal: as tables, or item by item where they do not fit."""

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from schemas.api.result import ResultColumn, SuggestionResult
from schemas.job.record import Engine
from schemas.table.context import DataType
from services.cli.terminal.text import safe

NUMBER_TYPES = (DataType.INTEGER, DataType.DECIMAL)
ENDLESS = 100_000


def print_result(result: SuggestionResult, console: Console) -> None:
    """Print what was suggested: the table, its columns, its rows."""
    mark = " (demo data)" if result.engine is Engine.DEMO else ""
    for warning in result.warnings:
        console.print(safe(warning, "bold yellow"))
    if result.table is not None:
        _print_titled(f"Table suggestion{mark}", _table_view(result), console)
    if result.columns:
        _print_titled(f"Columns{mark}", _columns_view(result.columns), console)
    if any(column.values for column in result.columns):
        _print_titled(
            f"New columns' values for existing rows{mark}",
            _values_view(result, console),
            console,
        )
    if result.rows:
        _print_titled(f"Row suggestions{mark}", _rows_view(result, console), console)


def _print_titled(title: str, view: RenderableType, console: Console) -> None:
    """A title of its own line: that of a table is wrapped to the table's width."""
    console.print(Text(title, style="italic"))
    console.print(view)


def _table_view(result: SuggestionResult) -> Table:
    table = Table(show_header=False)
    suggestion = result.table
    if suggestion is not None:
        table.add_row("title", safe(suggestion.title, "bold"))
        table.add_row("description", safe(suggestion.description))
        table.add_row("one row is", safe(suggestion.entity))
        for name, column in (("primary", suggestion.primary), ("secondary", suggestion.secondary)):
            if column is not None:
                table.add_row(name, safe(f"{column.name} ({column.data_type.value})"))
    return table


def _columns_view(columns: Sequence[ResultColumn]) -> Table:
    table = Table("", "name", "type", "values or description")
    for column in columns:
        detail = ", ".join(column.enum_values or ()) or column.description
        table.add_row(
            Text("new", style="green") if column.is_suggested else Text("as is", style="dim"),
            safe(column.name, "bold"),
            column.data_type.value if column.data_type else "",
            safe(detail),
        )
    return table


def _values_view(result: SuggestionResult, console: Console) -> Table:
    filled = [column for column in result.columns if column.values]
    names = ["row", *(column.name for column in filled)]
    rows = [
        [_row_name(result, values[0].row_id), *(value.value for value in values)]
        for values in zip(*(column.values for column in filled), strict=True)
    ]
    return _fit(names, [False, *map(_is_number, filled)], rows, console)


def _row_name(result: SuggestionResult, row_id: str) -> str:
    """What a person calls a row; a gateway of an earlier release tells its id only."""
    return result.row_names.get(row_id, row_id)


def _rows_view(result: SuggestionResult, console: Console) -> Table:
    names = [column.name for column in result.columns]
    rows = [[row.cells[column.key] for column in result.columns] for row in result.rows]
    return _fit(names, [*map(_is_number, result.columns)], rows, console)


def _is_number(column: ResultColumn) -> bool:
    return column.data_type in NUMBER_TYPES


def _fit(
    names: Sequence[str], is_number: Sequence[bool], rows: Sequence[Sequence[str]], console: Console
) -> Table:
    """A table, or where its words would be cut on this terminal, one line per cell."""
    table = Table()
    for name, is_right in zip(names, is_number, strict=True):
        table.add_column(safe(name), justify="right" if is_right else "left")
    for row in rows:
        table.add_row(*map(safe, row))
    # Measured on this terminal, it would always fit: by cutting words.
    endless = console.options.update(max_width=ENDLESS)
    is_fit = Measurement.get(console, endless, table).minimum <= console.width
    return table if is_fit else _list_cells(names, rows)


def _list_cells(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table("", "column", "value", show_lines=False)
    for number, row in enumerate(rows, 1):
        for position, (name, cell) in enumerate(zip(names, row, strict=True)):
            is_last = position == len(names) - 1
            first = str(number) if position == 0 else ""
            table.add_row(first, safe(name), safe(cell), end_section=is_last)
    return table
