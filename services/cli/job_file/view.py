"""How the file of a job looks: where it stands, its history, what it came to."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Console

from schemas.api.job.file import JobFact, JobFile
from services.cli.view.job import print_job
from services.cli.view.listing import Cell, print_list
from services.cli.view.result import print_result
from services.cli.view.time import show_moment

HEADINGS = ("at", "stage", "attempt", "what", "message")
LEAST_MESSAGE_CELLS = 20


def print_file(file: JobFile, console: Console, now: datetime) -> None:
    """A job from its file."""
    print_job(file.job, console, now)
    print_list(console, HEADINGS, [_cells(fact) for fact in file.history], LEAST_MESSAGE_CELLS)
    if file.job.result is not None:
        print_result(file.job.result, console)


def note_lines(file: JobFile) -> Iterator[str]:
    """What a person should know of the file."""
    if not file.is_whole:
        yield f"its history is longer: these are the first {len(file.history)} facts of it"
    if file.record is None:
        yield "what was asked for is not in it: the gateway had it no more"
    if file.redacted:
        count = len(file.redacted)
        places = "one place" if count == 1 else f"{count} places"
        yield f"in {places} something that looks like a secret was taken out: `redacted` says where"


def _cells(fact: JobFact) -> tuple[Cell, ...]:
    return (
        Cell(show_moment(fact.at)),
        Cell(fact.stage.value),
        Cell(str(fact.attempt)),
        Cell(fact.kind),
        Cell(fact.message or ""),
    )
