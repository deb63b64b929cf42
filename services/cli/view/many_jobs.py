"""How several jobs look while they run: a line each, or a line for each change."""

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from schemas.api.status import JobState, JobSummary
from services.cli.terminal.text import safe
from services.cli.view.job import STATE_STYLE
from services.cli.view.listing import GAP, SHORT_ID

BAR_CELLS = 10
ROOM = 3
"""Lines of a terminal that are left to others."""


class ManyJobsView:
    """Jobs in their order; those that have ended are left out where there is no room for all."""

    def __init__(self, jobs: Sequence[JobSummary], count: int) -> None:
        self._jobs = jobs
        self._count = count

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        full, empty = "#." if options.ascii_only else "█░"
        grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
        for _ in range(3):
            grid.add_column(no_wrap=True)
        grid.add_column(no_wrap=True, overflow="ellipsis")
        for job in self._choose(console.height - ROOM):
            style, filled = STATE_STYLE.get(job.status, ""), round(job.progress * BAR_CELLS)
            bar = Text.assemble((full * filled, style), (empty * (BAR_CELLS - filled), "dim"))
            status = Text(job.status.value, style=style)
            grid.add_row(str(job.job_id)[:SHORT_ID], bar, status, safe(job.title))
        ended = [job for job in self._jobs if job.status.is_final]
        good = sum(job.status is JobState.COMPLETED for job in ended)
        yield grid
        yield Text(f"{len(ended)} of {self._count} have ended, {good} completed", style="dim")

    def _choose(self, room: int) -> list[JobSummary]:
        if len(self._jobs) <= room:
            return list(self._jobs)
        return [job for job in self._jobs if not job.status.is_final][: max(room, 1)]


def print_change(job: JobSummary, console: Console) -> None:
    """A change of one of many jobs, at a terminal: a line that fits."""
    status = Text(f"{job.status.value:<10}", style=STATE_STYLE.get(job.status, ""))
    line = Text(GAP).join(
        (Text(str(job.job_id)[:SHORT_ID]), status, Text(f"{job.progress:>4.0%}"), safe(job.title))
    )
    line.truncate(console.width, overflow="ellipsis")
    console.print(line, soft_wrap=True)
