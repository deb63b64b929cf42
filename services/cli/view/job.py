"""How a job looks in a terminal: in a line, and its stages while it runs."""

from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from schemas.api.status import JobState, JobSummary, StageState, StageStatus
from services.cli.terminal.text import plain, safe

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
LATER_MARK = ("?", "dim")
BAR_WIDTH = 20
MIN_TITLE_CELLS = 10
MAX_TITLE_CELLS = 60


def job_line(job: JobSummary) -> Text:
    """A job in one line: id, status, progress, title. On a terminal the title is cut to fit."""
    console = Console()
    head = Text.assemble(
        str(job.job_id),
        "  ",
        (f"{job.status.value:<10}", STATE_STYLE.get(job.status, "")),
        f"  {job.progress:>4.0%}  ",
    )
    title = safe(job.title)
    room = console.width - head.cell_len if console.is_terminal else MAX_TITLE_CELLS
    title.truncate(max(room, MIN_TITLE_CELLS), overflow="ellipsis")
    return head.append_text(title)


def progress_view(job: JobSummary, now: datetime) -> RenderableType:
    """A job's stages while it runs, with a bar over the whole."""
    grid = Table.grid(padding=(0, 2))
    for stage in job.stages:
        mark, style = STAGE_MARK.get(stage.state, LATER_MARK)
        grid.add_row(
            Text(mark, style=style),
            stage.name.value,
            Text(stage.state.value, style=style),
            Text(_took(stage, now), style="dim"),
            Text(_trouble(stage, now), style="dim", no_wrap=True, overflow="ellipsis"),
        )
    filled = round(job.progress * BAR_WIDTH)
    bar = Text.assemble(
        ("█" * filled, STATE_STYLE.get(job.status, "")),
        ("░" * (BAR_WIDTH - filled), "dim"),
        f" {job.progress:.0%} ",
        (job.status.value, STATE_STYLE.get(job.status, "")),
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


def _took(stage: StageStatus, now: datetime) -> str:
    if stage.started_at is None:
        return ""
    seconds = ((stage.ended_at or now) - stage.started_at).total_seconds()
    return f"{max(0.0, seconds):.1f} s"


def _trouble(stage: StageStatus, now: datetime) -> str:
    """Which attempt it is at, when it is tried again, and why."""
    parts = [f"attempt {stage.attempts}"] if stage.attempts > 1 else []
    if stage.retry_at is not None:
        parts.append(f"again in {max(0.0, (stage.retry_at - now).total_seconds()):.0f} s")
    told = ", ".join(parts)
    if stage.error is None:
        return told
    return f"{told}: {plain(stage.error.message)}" if told else plain(stage.error.message)
