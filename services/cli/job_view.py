"""How a job looks in a terminal: its stages while it runs, its suggestions as tables."""

from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from schemas.record import Engine
from schemas.result import ResultColumn, SuggestionResult
from schemas.status import JobState, JobSummary, StageState, StageStatus
from schemas.table_context import DataType
from services.cli.terminal_text import plain, safe

STATE_STYLE = {
    JobState.PENDING: "dim",
    JobState.RUNNING: "yellow",
    JobState.CANCELLING: "magenta",
    JobState.COMPLETED: "green",
    JobState.FAILED: "red",
    JobState.CANCELLED: "magenta",
}
STAGE_MARK = {
    StageState.PENDING: ("·", "dim"),
    StageState.RUNNING: ("▶", "yellow"),
    StageState.WAITING: ("↻", "magenta"),
    StageState.COMPLETED: ("✓", "green"),
    StageState.FAILED: ("✗", "red"),
    StageState.CANCELLED: ("✗", "magenta"),
    StageState.NOT_ASKED: ("-", "dim"),
}
BAR_WIDTH = 20


def job_line(job: JobSummary) -> Text:
    """A job in one line: id, status, progress, title."""
    return Text.assemble(
        str(job.job_id),
        "  ",
        (f"{job.status.value:<9}", STATE_STYLE[job.status]),
        f"  {job.progress:>4.0%}  ",
        plain(job.title)[:60],
    )


def progress_view(job: JobSummary, now: datetime) -> RenderableType:
    """A job's stages while it runs, with a bar over the whole."""
    grid = Table.grid(padding=(0, 2))
    for stage in job.stages:
        mark, style = STAGE_MARK[stage.state]
        grid.add_row(
            Text(mark, style=style),
            stage.name.value,
            Text(stage.state.value, style=style),
            Text(_took(stage, now), style="dim"),
        )
    filled = round(job.progress * BAR_WIDTH)
    bar = Text.assemble(
        ("█" * filled, STATE_STYLE[job.status]),
        ("░" * (BAR_WIDTH - filled), "dim"),
        f" {job.progress:.0%} ",
        (job.status.value, STATE_STYLE[job.status]),
    )
    return Group(grid, bar)


def error_line(job: JobSummary) -> str:
    """Why a job failed, in one line."""
    if job.error is None:
        return f"job {job.job_id} is {job.status.value}"
    error = job.error
    return f"job {job.job_id} failed in stage {error.stage.value}: {plain(error.message)}"


def receipt_line(job: JobSummary) -> str:
    """What came of a cancel, in one line."""
    receipt = job.cancel
    if receipt is None:
        return f"job {job.job_id}: no cancel was asked for"
    heard = receipt.heard_at.isoformat() if receipt.heard_at else "not yet"
    closed = receipt.closed_at.isoformat() if receipt.closed_at else "none was open"
    saved = ", ".join(receipt.calls_not_made) or "none"
    return (
        f"job {job.job_id}: asked {receipt.asked_at.isoformat()}, heard {heard},"
        f" call closed: {closed}; calls not made: {saved}"
    )


def print_result(result: SuggestionResult, console: Console) -> None:
    """Print what was suggested: the table, its columns, its rows."""
    for warning in result.warnings:
        console.print(safe(warning, "bold yellow"))
    if result.table is not None:
        console.print(_table_view(result))
    if result.columns:
        console.print(_columns_view(result.columns))
    if any(column.values for column in result.columns):
        console.print(_values_view(result.columns))
    if result.rows:
        console.print(_rows_view(result))


def _table_view(result: SuggestionResult) -> Table:
    table = Table(
        title=_titled("Table suggestion", result), title_justify="left", show_header=False
    )
    suggestion = result.table
    if suggestion is not None:
        table.add_row("title", safe(suggestion.title, "bold"))
        table.add_row("description", safe(suggestion.description))
        table.add_row("one row is", safe(suggestion.entity))
        for name, column in (("primary", suggestion.primary), ("secondary", suggestion.secondary)):
            if column is not None:
                table.add_row(name, safe(f"{column.name} ({column.data_type.value})"))
    return table


def _columns_view(columns: tuple[ResultColumn, ...]) -> Table:
    table = Table(
        "", "name", "type", "values or description", title="Columns", title_justify="left"
    )
    for column in columns:
        detail = ", ".join(column.enum_values or ()) or column.description
        table.add_row(
            Text("new", style="green") if column.is_suggested else Text("as is", style="dim"),
            safe(column.name, "bold"),
            column.data_type.value if column.data_type else "?",
            safe(detail),
        )
    return table


def _values_view(columns: tuple[ResultColumn, ...]) -> Table:
    filled = [column for column in columns if column.values]
    table = Table(title="New columns' values for existing rows", title_justify="left")
    table.add_column("row")
    for column in filled:
        table.add_column(safe(column.name))
    for values in zip(*(column.values for column in filled), strict=True):
        table.add_row(values[0].row_id, *(safe(value.value) for value in values))
    return table


def _rows_view(result: SuggestionResult) -> Table:
    table = Table(title=_titled("Row suggestions", result), title_justify="left")
    for column in result.columns:
        is_number = column.data_type in (DataType.INTEGER, DataType.DECIMAL)
        table.add_column(safe(column.name), justify="right" if is_number else "left")
    for row in result.rows:
        table.add_row(*(safe(row.cells[column.key]) for column in result.columns))
    return table


def _titled(title: str, result: SuggestionResult) -> str:
    return f"{title} (demo data)" if result.engine is Engine.DEMO else title


def _took(stage: StageStatus, now: datetime) -> str:
    if stage.started_at is None:
        return ""
    seconds = ((stage.ended_at or now) - stage.started_at).total_seconds()
    return f"{max(0.0, seconds):.1f} s"


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)
