"""How a job looks in a terminal: in a line, and its stages while it runs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from schemas.api.status import CancelReceipt, JobState, JobSummary, StageState, StageStatus
from services.cli.terminal.text import plain, safe
from services.cli.view.listing import SHORT_ID, Cell, print_list, print_trimmed, shorten
from services.cli.view.time import show_age, show_due, show_moment, show_moment_and_age, show_span

STATE_STYLE = {
    JobState.PENDING: "dim",
    JobState.RUNNING: "yellow",
    JobState.CANCELLING: "magenta",
    JobState.COMPLETED: "green",
    JobState.FAILED: "red",
    JobState.CANCELLED: "magenta",
}
STAGE_MARK = {
    StageState.PENDING: "·",
    StageState.RUNNING: "▶",
    StageState.WAITING: "↻",
    StageState.COMPLETED: "✓",
    StageState.FAILED: "✗",
    StageState.CANCELLED: "✗",
    StageState.NOT_ASKED: "-",
}
PLAIN_MARK = {
    StageState.PENDING: ".",
    StageState.RUNNING: ">",
    StageState.WAITING: "@",
    StageState.COMPLETED: "+",
    StageState.FAILED: "x",
    StageState.CANCELLED: "x",
    StageState.NOT_ASKED: "-",
}
"""For a terminal that knows ASCII only."""
STAGE_STYLE = {
    StageState.RUNNING: "yellow",
    StageState.WAITING: "magenta",
    StageState.COMPLETED: "green",
    StageState.FAILED: "red",
    StageState.CANCELLED: "magenta",
}
LATER_MARK = "?"
BAR_WIDTH = 20
GAP = 2
TABLE_CELLS = 10
LEAST_TITLE_CELLS = 12


def print_jobs(jobs: Sequence[JobSummary], console: Console, now: datetime) -> None:
    """Jobs, a line each: which, where it stands, how old, of which table."""
    headings = ("job", "status", "", "age", "table", "title")
    print_list(console, headings, [_cells(job, now) for job in jobs], LEAST_TITLE_CELLS)


def _cells(job: JobSummary, now: datetime) -> tuple[Cell, ...]:
    is_under_way = job.status is JobState.RUNNING
    return (
        Cell(str(job.job_id), str(job.job_id)[:SHORT_ID]),
        Cell(
            job.status.value,
            f"{job.status.value} {job.progress:.0%}" if is_under_way else None,
            STATE_STYLE.get(job.status, ""),
        ),
        Cell(f"{job.progress:.0%}"),
        Cell(show_moment(job.accepted_at), show_age(job.accepted_at, now)),
        Cell(job.table_id, shorten(job.table_id, TABLE_CELLS)),
        Cell(job.title),
    )


def print_job(job: JobSummary, console: Console, now: datetime) -> None:
    """One job in full, with the times of what happened."""
    lines = [("job", str(job.job_id)), ("table", job.table_id), ("title", job.title)]
    lines += [("tags", ", ".join(job.tags)), ("of", _tell_source(job))]
    lines += [("asked", show_moment_and_age(job.accepted_at, now))]
    if job.completed_at is not None:
        lines += [("ended", show_moment_and_age(job.completed_at, now))]
    for name, value in lines:
        if value:
            console.print(Text(f"{name:<7}", style="dim").append_text(safe(value)), soft_wrap=True)
    print_trimmed(ProgressView(job, now, is_whole=True), console)


def _tell_source(job: JobSummary) -> str:
    """The job that this one is run again from, and from which stage on; "" for none."""
    if job.replay is None:
        return ""
    asked = (stage.name.value for stage in job.stages if stage.state is not StageState.NOT_ASKED)
    kind = "replay" if job.replay.is_shadow else "rerun"
    return f"{job.replay.source_job_id}, a {kind} from {next(asked, 'no stage')}"


def change_line(job: JobSummary) -> str:
    """A change of a job for a pipe: values between tabs."""
    stages = (f"{stage.name.value}: {_standing(stage, job)}" for stage in job.stages)
    return "\t".join((str(job.job_id), job.status.value, f"{job.progress:.0%}", *stages))


class ProgressView:
    """A job's stages, with a bar over the whole.

    Args:
        is_whole: Give each trouble the lines that it needs. Else it is cut: a stage is a line.
    """

    def __init__(self, job: JobSummary, now: datetime, is_whole: bool = False) -> None:
        self._job = job
        self._now = now
        self._is_whole = is_whole

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        marks = PLAIN_MARK if options.ascii_only else STAGE_MARK
        full, empty = "#." if options.ascii_only else "█░"
        grid = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
        for _ in range(4):
            grid.add_column(no_wrap=True)
        grid.add_column()
        rows = [self._cells(stage, marks) for stage in self._job.stages]
        before = sum(
            max((row[place].cell_len for row in rows), default=0) + GAP for place in range(4)
        )
        for *row, trouble in rows:
            if not self._is_whole:
                trouble.truncate(max(1, options.max_width - before), overflow="ellipsis")
            grid.add_row(*row, trouble)
        filled = round(self._job.progress * BAR_WIDTH)
        status_style = STATE_STYLE.get(self._job.status, "")
        yield grid
        yield Text.assemble(
            (full * filled, status_style),
            (empty * (BAR_WIDTH - filled), "dim"),
            " ",
            (_tell_progress(self._job), status_style),
        )

    def _cells(self, stage: StageStatus, marks: Mapping[StageState, str]) -> tuple[Text, ...]:
        style = STAGE_STYLE.get(stage.state, "dim")
        return (
            Text(marks.get(stage.state, LATER_MARK), style=style),
            Text(stage.name.value),
            Text(_standing(stage, self._job), style=style),
            Text(_took(stage, self._now), style="dim"),
            Text(_trouble(stage, self._now), style="dim"),
        )


def _tell_progress(job: JobSummary) -> str:
    """How far it is; of one that will get no further, where it ended."""
    if job.status.is_final and job.status is not JobState.COMPLETED:
        return f"{job.status.value} at {job.progress:.0%}"
    return f"{job.progress:.0%} {job.status.value}"


def _standing(stage: StageStatus, job: JobSummary) -> str:
    """The stage's state; what waits for a stage before it that will not come is not pending."""
    is_over = job.status.is_final and stage.state is StageState.PENDING
    return "not reached" if is_over else stage.state.value


def error_line(job: JobSummary) -> str:
    """Why a job failed, in one line."""
    if job.error is None:
        return f"job {job.job_id} is {job.status.value}"
    error = job.error
    # Whoever has failed has a dead letter.
    letter = f"brainshare dead-letters show {str(job.job_id)[:SHORT_ID]}"
    return (
        f"job {job.job_id} failed in stage {error.stage.value}: {plain(error.message)} ({letter})"
    )


def absence_line(job: JobSummary) -> str:
    """Why there is no suggestion of a job."""
    if not job.status.is_final:
        return f"{error_line(job)}: there is no suggestion yet"
    if job.status is JobState.CANCELLED:
        return f"job {job.job_id} was cancelled before any stage had suggested something"
    return f"{error_line(job)}: no stage had suggested something before"


def part_line(job: JobSummary) -> str:
    """What there is of a job that has not completed, and what there is not."""
    there = [s.name.value for s in job.stages if s.state is StageState.COMPLETED]
    asked = [s for s in job.stages if s.state is not StageState.NOT_ASKED]
    absent = [f"{s.name.value} ({_standing(s, job)})" for s in asked if s.name.value not in there]
    was = {JobState.CANCELLED: "was cancelled", JobState.FAILED: "has failed"}
    told = f"this is a part: job {job.job_id} {was.get(job.status, f'is {job.status.value}')}"
    parts = [f"there is {', '.join(there)}"] if there else []
    parts += [f"there is no {', '.join(absent)}"] if absent else []
    return f"{told}; {'; '.join(parts)}" if parts else told


def way_on_lines(job: JobSummary) -> Iterator[str]:
    """What to do about a job that failed."""
    if job.error is None:
        return
    if not any(stage.error for stage in job.stages):
        yield error_line(job)
    short = str(job.job_id)[:SHORT_ID]
    if any(stage.state is StageState.COMPLETED for stage in job.stages):
        yield f"what there is: brainshare result {short}"
    yield f"what failed:   brainshare dead-letters show {short}"
    yield f"run it again:  brainshare retry {short}"


def receipt_lines(job: JobSummary) -> Iterator[str]:
    """What came of a cancel: when it was asked, and how long after that what happened."""
    yield f"job {job.job_id}: {job.status.value}"
    receipt = job.cancel
    if receipt is None:
        yield "no cancel was asked for"
        return
    closed = "no call was open" if receipt.closed_at is None else _after(receipt, receipt.closed_at)
    yield f"asked           {show_moment(receipt.asked_at)}"
    yield f"heard           {_after(receipt, receipt.heard_at)}"
    yield f"call closed     {closed}"
    yield f"calls not made  {', '.join(receipt.calls_not_made) or 'none'}"


def _after(receipt: CancelReceipt, at: datetime | None) -> str:
    if at is None:
        return "not yet"
    return f"{max(0.0, (at - receipt.asked_at).total_seconds()):.2f} s later"


def _took(stage: StageStatus, now: datetime) -> str:
    if stage.started_at is None:
        return ""
    return show_span(((stage.ended_at or now) - stage.started_at).total_seconds())


def _trouble(stage: StageStatus, now: datetime) -> str:
    """Which attempt and call it is at, when it is tried again, and why."""
    parts = [f"attempt {stage.attempts}"] if stage.attempts > 1 else []
    if stage.calls is not None:
        parts.append(f"{stage.calls.done} of {stage.calls.planned} calls")
    if stage.state is StageState.WAITING:
        due_at = stage.retry_at or now
        parts.append(show_due((due_at - now).total_seconds()))
    told = ", ".join(parts)
    if stage.error is None:
        return told
    return f"{told}: {plain(stage.error.message)}" if told else plain(stage.error.message)
