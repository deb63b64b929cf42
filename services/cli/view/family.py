"""How the family of a job looks: a tree at a terminal, in a pipe a line each with its source."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from rich.console import Console

from schemas.api.job.family import JobFamily, Relative
from schemas.api.status import JobState
from services.cli.view.job import STATE_STYLE
from services.cli.view.listing import SHORT_ID, Cell, print_list
from services.cli.view.time import show_age, show_moment

HEADINGS = ("job", "", "status", "kind", "age", "stages")
LEAST_STAGES_CELLS = 6
BRANCH, LAST, LINE, GAP = "├─ ", "└─ ", "│  ", "   "
PLAIN = {BRANCH: "|- ", LAST: "`- ", LINE: "|  ", GAP: GAP}
"""For a terminal that knows ASCII only."""


def print_family(family: JobFamily, console: Console, now: datetime) -> None:
    """The jobs, each under the one that it came from."""
    is_plain = console.options.ascii_only
    rows = [_cells(family.job_id, job, branch, now) for job, branch in _draw(family, is_plain)]
    print_list(console, HEADINGS, rows, LEAST_STAGES_CELLS)


def _draw(family: JobFamily, is_plain: bool) -> Iterator[tuple[Relative, str]]:
    """The jobs with the branches that they hang on."""
    left = {job.job_id: job for job in family.jobs}
    roots = [job for job in family.jobs if job.source_job_id not in left]
    waiting = [(job, "", "") for job in reversed(roots)]
    while waiting:
        job, branch, below = waiting.pop()
        yield left.pop(job.job_id), branch
        children = [one for one in family.jobs if one.source_job_id == job.job_id]
        for place, child in enumerate(reversed(children)):
            mark, on = (BRANCH, LINE) if place else (LAST, GAP)
            mark, on = (PLAIN[mark], PLAIN[on]) if is_plain else (mark, on)
            waiting.append((child, below + mark, below + on))
    yield from ((job, "") for job in left.values())


def _cells(asked: UUID, job: Relative, branch: str, now: datetime) -> tuple[Cell, ...]:
    is_whole = job.status is JobState.COMPLETED
    version = f" (result {job.result_version})" if is_whole and job.result_version > 1 else ""
    source = "" if job.source_job_id is None else str(job.source_job_id)
    this = " *" if job.job_id == asked else ""
    return (
        Cell(str(job.job_id), f"{branch}{str(job.job_id)[:SHORT_ID]}{this}"),
        Cell(source),
        Cell(job.status.value, job.status.value + version, STATE_STYLE.get(job.status, "")),
        Cell(_tell_kind(job)),
        Cell(show_moment(job.accepted_at), show_age(job.accepted_at, now)),
        Cell(",".join(job.stages), ", ".join(job.stages)),
    )


def _tell_kind(job: Relative) -> str:
    if job.source_job_id is None:
        return "job"
    return "replay" if job.is_shadow else "rerun"
